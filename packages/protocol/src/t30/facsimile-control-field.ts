/**
 * Facsimile control fields (T.30 §5.3.6.1), written as the standard prints them: the first bit on the wire is the most
 * significant. `X`, the first bit of most fields, is 0 here; who has received a valid DIS sets it.
 */
const CONTROL_FIELDS = {
  // Initial identification, and its counterpart when the caller wishes to receive (§5.3.6.1.1, §5.3.6.1.2).
  DIS: 0x01,
  CSI: 0x02,
  NSF: 0x04,
  DTC: 0x81,
  CIG: 0x82,
  PWD: 0x83,
  NSC: 0x84,
  SEP: 0x85,
  PSA: 0x86,
  CIA: 0x87,
  ISP: 0x88,
  // Command to receive (§5.3.6.1.3).
  DCS: 0x41,
  TSI: 0x42,
  SUB: 0x43,
  NSS: 0x44,
  SID: 0x45,
  TSA: 0x46,
  IRA: 0x47,
  CTC: 0x48,
  // Pre-message response (§5.3.6.1.4).
  CFR: 0x21,
  FTT: 0x22,
  CTR: 0x23,
  CSA: 0x24,
  // In-message (Annex A.3).
  FCD: 0x60,
  RCP: 0x61,
  // Post-message commands (§5.3.6.1.6, Annex A.4).
  EOM: 0x71,
  MPS: 0x72,
  EOR: 0x73,
  EOP: 0x74,
  RR: 0x76,
  EOS: 0x78,
  'PRI-EOM': 0x79,
  'PRI-MPS': 0x7a,
  'PRI-EOP': 0x7c,
  PPS: 0x7d,
  // Post-message responses (§5.3.6.1.7, Annex A.4).
  MCF: 0x31,
  RTN: 0x32,
  RTP: 0x33,
  PIN: 0x34,
  PIP: 0x35,
  RNR: 0x37,
  ERR: 0x38,
  PPR: 0x3d,
  FDM: 0x3f,
  // Other line control (§5.3.6.1.8).
  FNV: 0x53,
  TR: 0x56,
  TNR: 0x57,
  CRP: 0x58,
  DCN: 0x5f,
} as const

export type ControlField = keyof typeof CONTROL_FIELDS

/** Every field that some edition of T.30 names. */
export const CONTROL_FIELD_NAMES = Object.keys(CONTROL_FIELDS) as readonly ControlField[]

/** The bit set by a station that has received a valid DIS (§5.3.6.1). */
const X_BIT = 0x80

const NAMES = new Map<number, ControlField>(
  Object.entries(CONTROL_FIELDS).map(([name, code]) => [code, name as ControlField]),
)

/** In the groups DIS and DTC the first bit tells the two apart; in all others it is X. */
function isIdentification(code: number): boolean {
  return (code & 0x70) === 0
}

/** @returns `undefined` for a field no edition of T.30 that we know names */
export function controlFieldOf(octet: number): ControlField | undefined {
  return NAMES.get(isIdentification(octet) ? octet : octet & ~X_BIT)
}

/**
 * The field as it goes into a frame.
 * @param hasReceivedDis sets `X`, which says that the sender has heard a valid DIS (T.30 §5.3.6.1)
 */
export function octetOf(field: ControlField, hasReceivedDis: boolean): number {
  const code = CONTROL_FIELDS[field]
  return hasReceivedDis && !isIdentification(code) ? code | X_BIT : code
}
