import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type LockedPackage, lockedPackages } from '../support/lockfile.ts'
import { ROOT } from '../support/modules.ts'

/** Licences that ask for no more than a notice. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
])

/**
 * Packages whose licence is not a plain permissive one, each with why it may ship.
 * libvips is LGPL: sharp loads it as a shared library of its own package, which anybody may replace with another build.
 */
const EXAMINED: readonly { readonly name: RegExp; readonly licence: string; readonly why: string }[] = [
  { name: /^@img\/sharp-libvips-/, licence: 'LGPL-3.0-or-later', why: 'a replaceable shared library' },
  {
    name: /^@img\/sharp-wasm32$/,
    licence: 'Apache-2.0 AND LGPL-3.0-or-later AND MIT',
    why: 'not installed on Linux',
  },
  { name: /^@img\/sharp-win32-/, licence: 'Apache-2.0 AND LGPL-3.0-or-later', why: 'not installed on Linux' },
  {
    name: /^dejavu-fonts-ttf$/,
    licence: 'SEE LICENSE IN README.md AND LICENSE',
    why: 'Bitstream Vera, a permissive font licence',
  },
  { name: /^png-js$/, licence: 'none', why: 'MIT by its LICENSE file' },
]

const packages = lockedPackages()

test('everything that ships is permissively licensed, or was looked at one by one', () => {
  const shipped = packages.filter((each) => !each.dev)
  assert.ok(shipped.length > 80, `${shipped.length} packages`)
  assert.deepEqual(refused(shipped), [])
})

test('no package is under the GPL or AGPL, not even one that only tests use', () => {
  const copyleft = packages.filter((each) => /(?<!L)GPL/.test(each.licence.replaceAll('LGPL', '')))
  assert.deepEqual(
    copyleft.map((each) => each.name),
    [],
  )
})

test('every examined exception is still in use, and its licence file says what is claimed', () => {
  for (const { name } of EXAMINED)
    assert.ok(
      packages.some((each) => name.test(each.name)),
      String(name),
    )
  const png = join(ROOT, 'node_modules/png-js/LICENSE')
  if (existsSync(png)) assert.match(readFileSync(png, 'utf8'), /MIT/)
  assert.match(readFileSync(join(ROOT, 'node_modules/dejavu-fonts-ttf/LICENSE'), 'utf8'), /Bitstream Vera/)
})

test('a package under the AGPL, GPL, a business licence or none would be refused', () => {
  const planted = { name: 'planted', version: '1.0.0', dev: false, resolved: undefined, integrity: undefined }
  for (const licence of [
    'AGPL-3.0',
    'GPL-2.0-only',
    'BUSL-1.1',
    'SSPL-1.0',
    'UNLICENSED',
    'none',
    'MIT AND AGPL-3.0',
  ]) {
    assert.deepEqual(refused([{ ...planted, licence }]), [`planted: ${licence}`])
  }
  assert.deepEqual(refused([{ ...planted, licence: '(MIT OR AGPL-3.0)' }]), [])
})

function refused(all: readonly LockedPackage[]): string[] {
  return all
    .filter((each) => !permissive(each.licence) && !examined(each))
    .map((each) => `${each.name}: ${each.licence}`)
}

/** SPDX: of an OR we may choose, of an AND we must keep all. */
function permissive(licence: string): boolean {
  const choices = licence.replace(/^\((.*)\)$/, '$1').split(' OR ')
  return choices.some((choice) => choice.split(' AND ').every((part) => PERMISSIVE.has(part)))
}

function examined({ name, licence }: LockedPackage): boolean {
  return EXAMINED.some((entry) => entry.name.test(name) && entry.licence === licence)
}
