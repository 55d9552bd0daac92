import {
  AliasNode,
  AndNode,
  BinaryOperationNode,
  ColumnNode,
  type DeleteQueryNode,
  IdentifierNode,
  InsertQueryNode,
  type KyselyPlugin,
  type OperationNode,
  OperationNodeTransformer,
  OperatorNode,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryId,
  type QueryResult,
  ReferenceNode,
  type RootOperationNode,
  type SelectQueryNode,
  TableNode,
  type UnknownRow,
  type UpdateQueryNode,
  ValueNode,
  ValuesNode,
  WhereNode,
} from 'kysely'
import type { Scope } from '../../../ports/store/scope.ts'
import type { Tables } from '../schema/tables.ts'
import { departmentFence } from './department-fence.ts'

/** Whether a table's rows also belong to one mode. `account` is told apart by its id; slots and the audit log are nobody's. */
const TENANT_COLUMNS: Readonly<Record<keyof Tables, readonly ('id' | 'account_id' | 'mode')[]>> = {
  account: ['id'],
  api_key: ['account_id', 'mode'],
  document: ['account_id', 'mode'],
  page: ['account_id'],
  fax: ['account_id', 'mode'],
  fax_source: ['account_id'],
  fax_tag: ['account_id', 'mode'],
  attempt: ['account_id'],
  attempt_journal: ['account_id'],
  destination_slot: [],
  event: ['account_id', 'mode'],
  webhook: ['account_id', 'mode'],
  webhook_delivery: ['account_id', 'mode'],
  webhook_attempt: ['account_id'],
  idempotency_key: ['account_id', 'mode'],
  audit_entry: ['account_id', 'mode'],
  // One log for the installation: a leaf's hash says nothing to whoever lacks its entry.
  audit_leaf: [],
  audit_subtree: [],
  audit_tree: [],
  audit_checkpoint: [],
  audit_key: [],
  trunk: ['account_id', 'mode'],
  trunk_call: [],
  trunk_pace: [],
  rate_bucket: [],
  route_memory: ['account_id'],
  received_fax: ['account_id', 'mode'],
  received_page: ['account_id'],
  provider: ['account_id', 'mode'],
  upstream_notice: ['account_id', 'mode'],
  reconciliation: ['account_id', 'mode'],
  contradiction: ['account_id', 'mode'],
  received_note: ['account_id'],
  received_words: ['account_id', 'mode'],
  mailbox: ['account_id', 'mode'],
  phone_number: ['account_id', 'mode'],
  inbound_route: ['account_id', 'mode'],
  blocked_call: ['account_id', 'mode'],
  notice: ['account_id', 'mode'],
  associate: ['account_id', 'mode'],
  associate_agreement: ['account_id'],
  retention_policy: ['account_id', 'mode'],
  legal_hold: ['account_id', 'mode'],
  held_fax: ['account_id'],
  destruction_certificate: ['account_id', 'mode'],
  doomed_blob: ['account_id'],
  installation_key: [],
  member: ['account_id'],
  invitation: ['account_id'],
  break_glass: ['account_id', 'mode'],
  recipient: ['account_id', 'mode'],
  incident: ['account_id', 'mode'],
  // A person may be a member of several accounts: they and what they sign in with are reached by way of one.
  person: [],
  session: [],
  passkey: [],
  backup_code: [],
  password_reset: [],
  ceremony: [],
  guess: [],
  federated_identity: [],
}

/**
 * The application's tenancy fence: every select, update and delete of a transaction gets the account and the mode added to
 * its `where`, for each tenant table it names. A repository cannot forget it, because it never writes it.
 */
export class TenancyPlugin implements KyselyPlugin {
  readonly #transformer: TenancyTransformer

  constructor(scope: Scope) {
    this.#transformer = new TenancyTransformer(scope)
  }

  transformQuery(args: PluginTransformQueryArgs): RootOperationNode {
    // An insert of values reads no row, so there is nothing to fence; walking its many values would cost the most.
    if (InsertQueryNode.is(args.node) && !readsRows(args.node)) return args.node
    return this.#transformer.transformNode(args.node, args.queryId)
  }

  async transformResult(args: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return args.result
  }
}

function readsRows(insert: InsertQueryNode): boolean {
  return insert.with !== undefined || !ValuesNode.is(insert.values ?? NO_VALUES)
}

const NO_VALUES: OperationNode = { kind: 'RawNode' }

class TenancyTransformer extends OperationNodeTransformer {
  readonly #scope: Scope

  constructor(scope: Scope) {
    super()
    this.#scope = scope
  }

  protected override transformSelectQuery(node: SelectQueryNode, queryId?: QueryId): SelectQueryNode {
    const query = super.transformSelectQuery(node, queryId)
    const named = [...(node.from?.froms ?? []), ...(node.joins ?? []).map((join) => join.table)]
    return this.#fence(query, named)
  }

  protected override transformUpdateQuery(node: UpdateQueryNode, queryId?: QueryId): UpdateQueryNode {
    const query = super.transformUpdateQuery(node, queryId)
    return this.#fence(query, node.table ? [node.table] : [])
  }

  protected override transformDeleteQuery(node: DeleteQueryNode, queryId?: QueryId): DeleteQueryNode {
    return this.#fence(super.transformDeleteQuery(node, queryId), node.from.froms)
  }

  #fence<T extends { readonly where?: WhereNode }>(query: T, named: readonly OperationNode[]): T {
    const conditions = named.flatMap((table) => this.#conditions(table))
    if (conditions.length === 0) return query
    const all = conditions.reduce((left, right) => AndNode.create(left, right))
    const where = query.where ? WhereNode.cloneWithOperation(query.where, 'And', all) : WhereNode.create(all)
    return { ...query, where }
  }

  #conditions(node: OperationNode): OperationNode[] {
    const table = AliasNode.is(node) ? node.node : node
    if (!TableNode.is(table)) return []
    const name = table.table.identifier.name
    const columns = TENANT_COLUMNS[name as keyof Tables]
    if (!columns) return []
    const reference =
      AliasNode.is(node) && IdentifierNode.is(node.alias) ? TableNode.create(node.alias.name) : table
    const owned = columns.map((column) =>
      BinaryOperationNode.create(
        ReferenceNode.create(ColumnNode.create(column), reference),
        OperatorNode.create('='),
        ValueNode.create(column === 'mode' ? this.#scope.mode : this.#scope.accountId),
      ),
    )
    const inDepartments = departmentFence(this.#scope, name, reference.table.identifier.name)
    return inDepartments ? [...owned, inDepartments] : owned
  }
}
