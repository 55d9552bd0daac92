import { readFile } from 'node:fs/promises'
import type { Component } from '../../ports/installation.ts'

interface LockedPackage {
  readonly version?: string
  readonly license?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly dev?: boolean
}

const FOLDER = 'node_modules/'

/** The packages of a lockfile that come along with the product: neither our own nor those that only its tests need. */
export async function readComponents(lockfile: string): Promise<Component[]> {
  let text: string
  try {
    text = await readFile(lockfile, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
  const { packages = {} } = JSON.parse(text) as { packages?: Record<string, LockedPackage> }
  const found = Object.entries(packages).flatMap(([path, locked]) => {
    const at = path.lastIndexOf(FOLDER)
    if (at < 0 || locked.link === true || locked.dev === true || locked.version === undefined) return []
    const { version, license = null, integrity = null } = locked
    return [{ name: path.slice(at + FOLDER.length), version, license, integrity }]
  })
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}
