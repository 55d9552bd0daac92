/** What of a sheet's width is written on, in points. */
export interface Column {
  readonly left: number
  readonly width: number
}
