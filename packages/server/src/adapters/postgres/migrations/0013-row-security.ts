import { type Kysely, sql } from 'kysely'

/**
 * The second fence around an account's rows, in the database itself. The first, `TenancyPlugin`, writes the account into every query;
 * this one holds when a query was written past it. Each transaction says whose it is (`answerback.account`, `answerback.mode`); one
 * that says nothing sees nothing. `*` is the server's own work over all accounts.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(POLICIES).execute(db)
}

// Settings stand in sub-selects, so that they are read once a statement and not once a row.
const POLICIES = `
do $$
declare
  held record;
  account_fence text :=
    '(select current_setting(''answerback.account'', true)) in (''*'', account_id)';
  mode_fence text :=
    ' and ((select current_setting(''answerback.account'', true)) = ''*'''
    ' or mode = (select current_setting(''answerback.mode'', true)))';
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
  loop
    fence := account_fence || case when held.has_mode then mode_fence else '' end;
    execute format('alter table %I enable row level security', held.name);
    execute format('create policy tenant on %I to answerback_app using (%s) with check (%s)', held.name, fence, fence);
  end loop;
end
$$;

alter table account enable row level security;
create policy tenant on account to answerback_app
  using ((select current_setting('answerback.account', true)) in ('*', id))
  with check ((select current_setting('answerback.account', true)) in ('*', id));
`
