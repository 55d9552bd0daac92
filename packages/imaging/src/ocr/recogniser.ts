import type { Word } from '../page-text.ts'
import type { Grey } from '../reading/square-grey.ts'

/** One engine that reads one picture at a time. */
export interface Recogniser {
  /** Name and version, such as "tesseract 5.3.0". */
  readonly engine: string
  /**
   * The words in reading order, boxes in pixels of the picture.
   *
   * Throws the signal's reason, having ended the work, and `PageUnread` `fault`.
   */
  recognise(picture: Grey, signal: AbortSignal): Promise<readonly Word[]>
  close(): Promise<void>
}

/** Settings that both builds of tesseract get. */
export const TESSERACT_VARIABLES: Readonly<Record<string, string>> = {
  // Automatic page segmentation. It also reads text that runs downwards, which `read-upright.ts` relies on.
  tessedit_pageseg_mode: '3',
  user_defined_dpi: '204',
}

/** More than any page of words: 20,000 lines of TSV are 1.2 MB. */
export const TSV_CHARACTERS_MAX = 4 * 2 ** 20
