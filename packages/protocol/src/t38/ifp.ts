/** IFP, the Internet facsimile packets of T.38 §7, versions 0 to 3. */
export { decodeIfp } from './ifp-decode.ts'
export { encodeIfp } from './ifp-encode.ts'
export type { DataField, DataType, FieldType, Ifp, Indicator, T38Version } from './ifp-types.ts'
