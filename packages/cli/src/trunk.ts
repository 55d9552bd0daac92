/** The fields of the API's trunk that the commands show. */
export interface Trunk {
  readonly id: string
  readonly name: string
  readonly order: number
  readonly registration: string
  readonly transport: string
  readonly host: string
  readonly port: number
  readonly concurrency: number
  readonly fault: string | null
  readonly acknowledgement: {
    readonly mediaProtection: string
    readonly at: string
    readonly by: string
  } | null
}

const FAULTS: Readonly<Record<string, string>> = {
  disabled: 'switched off',
  not_acknowledged: 'not acknowledged: no fax is sent on it',
  no_agreement: 'no business associate agreement covers it: no fax is sent on it',
  t38_off: 'T.38 is off: it carries no fax',
}

const PROTECTIONS: Readonly<Record<string, string>> = {
  none: 'media in the clear',
  vpn: 'media in the clear within a VPN',
  private_interconnect: 'media in the clear on a private interconnect',
}

export function describeTrunk(trunk: Trunk): string {
  const { acknowledgement, fault } = trunk
  const state = fault === null ? 'usable' : (FAULTS[fault] ?? fault)
  const lines = [
    `${trunk.id}  ${trunk.name}  (order ${trunk.order})  ${state}`,
    `  ${trunk.registration} ${trunk.transport}:${trunk.host}:${trunk.port}, ${trunk.concurrency} calls at once`,
  ]
  if (acknowledgement !== null) {
    const { mediaProtection, at, by } = acknowledgement
    lines.push(`  ${PROTECTIONS[mediaProtection] ?? mediaProtection}: said by ${by}, ${at}`)
  }
  return `${lines.join('\n')}\n`
}
