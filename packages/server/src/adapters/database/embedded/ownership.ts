import { lchownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Gives a cluster's folder to the user PostgreSQL runs as (needs root). Folders already in order cost one
 * look: PostgreSQL makes everything under `data/` itself, so its top tells for all of it.
 */
export function giveFolderTo(folder: string, uid: number, gid: number): void {
  lchownSync(folder, uid, gid)
  for (const name of readdirSync(folder)) {
    if (name !== 'lock') giveTree(join(folder, name), uid, gid)
  }
}

function giveTree(path: string, uid: number, gid: number): void {
  const found = lstatSync(path)
  if (found.uid === uid && found.gid === gid) return
  if (found.isDirectory()) {
    for (const name of readdirSync(path)) giveTree(join(path, name), uid, gid)
  }
  // Last, so that an interrupted run finds the top still in the old owner's name and does it again.
  lchownSync(path, uid, gid)
}
