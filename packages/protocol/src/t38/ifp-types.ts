/** What T.38 says an IFP packet may hold, in T.38's own order: a name's place in its table is its number on the wire. */

/** The `T38FaxVersion` both sides agreed on. Version 0 codes field types differently from all later ones. */
export type T38Version = 0 | 1 | 2 | 3

/** T.38 §7.3.1. The first sixteen are version 0's; the rest came as extensions (V.8, V.34, V.33). */
export const INDICATORS = [
  'no_signal',
  'cng',
  'ced',
  'v21_preamble',
  'v27_2400_training',
  'v27_4800_training',
  'v29_7200_training',
  'v29_9600_training',
  'v17_7200_short_training',
  'v17_7200_long_training',
  'v17_9600_short_training',
  'v17_9600_long_training',
  'v17_12000_short_training',
  'v17_12000_long_training',
  'v17_14400_short_training',
  'v17_14400_long_training',
  'v8_ansam',
  'v8_signal',
  'v34_cntl_channel_1200',
  'v34_pri_channel',
  'v34_cc_retrain',
  'v33_12000_training',
  'v33_14400_training',
] as const

/** `unknown`: an extension newer than this table. It says nothing about the line, so a terminal ignores it. */
export type Indicator = (typeof INDICATORS)[number] | 'unknown'

/** Indicators below this are coded in one octet, the others as extensions (X.691 §14.3). */
export const INDICATORS_IN_ROOT = 16

/** T.38 §7.3.2: the modulation the data came in. */
export const DATA_TYPES = [
  'v21',
  'v27_2400',
  'v27_4800',
  'v29_7200',
  'v29_9600',
  'v17_7200',
  'v17_9600',
  'v17_12000',
  'v17_14400',
  'v8',
  'v34_pri_rate',
  'v34_cc_1200',
  'v34_pri_ch',
  'v33_12000',
  'v33_14400',
] as const

export type DataType = (typeof DATA_TYPES)[number]

export const DATA_TYPES_IN_ROOT = 9

/** T.38 §7.4: what a field carries or says. The last four came with version 2. */
export const FIELD_TYPES = [
  'hdlc_data',
  'hdlc_sig_end',
  'hdlc_fcs_ok',
  'hdlc_fcs_bad',
  'hdlc_fcs_ok_sig_end',
  'hdlc_fcs_bad_sig_end',
  't4_non_ecm_data',
  't4_non_ecm_sig_end',
  'cm_message',
  'jm_message',
  'ci_message',
  'v34_rate',
] as const

export type FieldType = (typeof FIELD_TYPES)[number]

export const FIELD_TYPES_IN_ROOT = 8

/** `octets` is empty where the field carries none. */
export interface DataField {
  readonly type: FieldType
  readonly octets: Uint8Array
}

export type Ifp =
  | { readonly kind: 'indicator'; readonly indicator: Indicator }
  | { readonly kind: 'data'; readonly dataType: DataType; readonly fields: readonly DataField[] }

/** The count is one octet below 128 (X.691 §10.9.3.6); no datagram has room for fields that say something in more. */
export const FIELDS_MAX = 127

/** OCTET STRING (SIZE(1..65535)). */
export const FIELD_OCTETS_MAX = 65_535
