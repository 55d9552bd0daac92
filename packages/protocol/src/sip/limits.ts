/** Every bound of the user agent in one place: what comes from outside is counted before it is kept. */

/** A whole message, header and body. Larger ones are refused before they are read. */
export const MESSAGE_BYTES_MAX = 65_536
/** Headers of one message, each line of a repeated one counted. */
export const HEADER_COUNT_MAX = 200
/** One header with its folded continuation lines. */
export const HEADER_BYTES_MAX = 8_192
/** Values of one comma-separated header, such as Record-Route. */
export const LIST_VALUES_MAX = 64
/** Parameters after one value. */
export const PARAMETERS_MAX = 64
/** A session description. Real ones are under 2 KB. */
export const SDP_BYTES_MAX = 16_384
export const SDP_LINES_MAX = 400
export const SDP_MEDIA_MAX = 16
export const SDP_FORMATS_MAX = 64
