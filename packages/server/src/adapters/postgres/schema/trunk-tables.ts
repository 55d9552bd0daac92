import type { Mode } from '../../../domain/fax/fax.ts'
import type { Json } from './columns.ts'

export interface TrunkTables {
  trunk: TrunkTable
  trunk_call: TrunkCallTable
  trunk_pace: TrunkPaceTable
  route_memory: RouteMemoryTable
}

interface TrunkTable {
  id: string
  account_id: string
  mode: Mode
  settings: Json
  secret_sealed: Buffer | null
  media_protection: 'none' | 'vpn' | 'private_interconnect' | null
  acknowledged_at: Date | null
  acknowledged_by: string | null
  created_at: Date
  updated_at: Date
}

interface TrunkCallTable {
  trunk_id: string
  place: number
  fax_id: string
  lease_until: Date
}

interface TrunkPaceTable {
  trunk_id: string
  next_call_at: Date
}

interface RouteMemoryTable {
  account_id: string
  number_hash: Buffer
  trunk_id: string
  succeeded_at: Date | null
  failed_at: Date | null
  failure: string | null
  t38_refused_at: Date | null
  t38_mode: 'offer' | 'wait' | null
  ecm: boolean | null
  bit_rate: number | null
}
