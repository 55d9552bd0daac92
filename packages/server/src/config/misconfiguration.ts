export type Profile = 'development' | 'production'

/** One setting that must be changed before the server starts. */
export interface Misconfiguration {
  readonly setting: string
  readonly sentence: string
  readonly fix: string
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly Misconfiguration[]

  constructor(faults: readonly Misconfiguration[]) {
    super(faults.map((fault) => `${fault.setting}: ${fault.sentence} ${fault.fix}`).join('\n'))
    this.faults = faults
  }
}
