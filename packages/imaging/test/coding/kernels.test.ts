import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import startWabt from 'wabt'

const source = (name: string) => readFileSync(new URL(`../../src/coding/${name}`, import.meta.url))

test('the loops that run are the ones whose source is read', async () => {
  const wabt = await startWabt()
  const assembled = wabt
    .parseWat('kernels.wat', source('kernels.wat').toString(), { simd: true })
    .toBinary({}).buffer
  assert.deepEqual(
    Buffer.from(assembled),
    source('kernels.wasm'),
    'assemble it: npx wat2wasm kernels.wat -o kernels.wasm',
  )
})
