import type { RetentionCut, RetentionRules } from '../../domain/retention/retention.ts'

export interface RetentionRepository {
  rules(): Promise<RetentionRules | undefined>
  putRules(rules: RetentionRules, at: Date): Promise<void>

  /** Faxes that are due; each also when it is held. The longest due first. */
  dueSent(cut: RetentionCut, limit: number): Promise<string[]>
  dueReceived(cut: RetentionCut, limit: number): Promise<string[]>
  /** Not due before a cut has come to `keptFrom`. */
  putOff(id: string, keptFrom: Date): Promise<void>
}
