import { type Kysely, sql } from 'kysely'

/**
 * The second fence around an account's rows, in the database itself. The first, `TenancyPlugin`, writes the account into every query;
 * this one holds when a query was written past it. Each transaction says whose it is (`answerback.account`, `answerback.mode`); one
 * that says nothing sees nothing. `*` is the server's own work over all accounts.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(POLICIES).execute(db)
}

// Behind a policy PostgreSQL uses no index over an array: the operators of arrays are not leakproof. So tags get a table of their own, the few
// faxes that wait for trunks are found by waiting at all, and the words of received pages stand outside the fence: they are hashes under
// the account's key, and lead to nothing but the ids of rows that are fenced.
// Settings are read for each row and not in sub-selects: a statement touches one row as a rule (ADR 77).
const POLICIES = `
create table fax_tag (
  account_id text not null references account,
  mode text not null check (mode in ('test', 'live')),
  tag text not null,
  fax_id text not null references fax,
  primary key (account_id, mode, tag, fax_id)
);
create index fax_tag_fax on fax_tag (fax_id);
insert into fax_tag select distinct account_id, mode, unnest(tags), id from fax;
create function keep_fax_tags() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from fax_tag where fax_id = new.id;
  end if;
  insert into fax_tag select new.account_id, new.mode, tag, new.id from unnest(new.tags) tag on conflict do nothing;
  return null;
end
$$;
create trigger fax_tags_given after insert on fax for each row when (new.tags <> '{}') execute function keep_fax_tags();
create trigger fax_tags_changed after update of tags on fax
  for each row when (new.tags is distinct from old.tags) execute function keep_fax_tags();
grant select, insert, delete on fax_tag to answerback_app;
drop index fax_tags;
drop index fax_waiting_trunks;
create index fax_waiting_trunks on fax (priority desc, id) where waiting_trunks is not null;

do $$
declare
  held record;
  account_fence text :=
    'current_setting(''answerback.account'', true) in (''*'', account_id)';
  mode_fence text := ' and current_setting(''answerback.mode'', true) in (''*'', mode)';
  fence text;
begin
  for held in
    select tables.table_name as name, exists (
      select from information_schema.columns
      where table_schema = 'public' and table_name = tables.table_name and column_name = 'mode'
    ) as has_mode
    from information_schema.tables tables
      join information_schema.columns columns using (table_schema, table_name)
    where table_schema = 'public' and table_type = 'BASE TABLE' and columns.column_name = 'account_id'
      and table_name <> 'received_words'
  loop
    fence := account_fence || case when held.has_mode then mode_fence else '' end;
    execute format('alter table %I enable row level security', held.name);
    execute format('create policy tenant on %I to answerback_app using (%s) with check (%s)', held.name, fence, fence);
  end loop;
end
$$;

alter table account enable row level security;
create policy tenant on account to answerback_app
  using (current_setting('answerback.account', true) in ('*', id))
  with check (current_setting('answerback.account', true) in ('*', id));
`
