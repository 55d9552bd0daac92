import type { Found } from './scope.ts'

/** Calls to one destination at the same time, counted by leases over all processes. */
export interface DestinationSlots {
  /** Takes one of `places` calls to a destination, or tells that all are taken by leases still running. */
  take(slot: Buffer, faxId: string, places: number, now: Date, until: Date): Promise<boolean>
  renew(slot: Buffer, faxId: string, until: Date): Promise<void>
  /** Frees it and names the fax that waits for it (`waitingSince`), highest priority first, then the oldest. */
  release(slot: Buffer, faxId: string): Promise<Found | undefined>
}
