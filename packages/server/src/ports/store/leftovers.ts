/** What is left over of rows that are gone or have expired. */
export interface Leftovers {
  /** Uploads that no fax used, remembered replies, places of calls whose lease has ended, challenges, links to a new password, and guesses of another hour. */
  deleteExpired(now: Date): Promise<{ blobKeys: string[] }>
  doomedBlobs(limit: number): Promise<string[]>
  forgetBlobs(blobKeys: readonly string[]): Promise<void>
}
