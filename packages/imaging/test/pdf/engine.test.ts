import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { compileEngine, startEngine, withoutFiles } from '../../src/pdf/engine.ts'
import { capMemory } from '../../src/pdf/memory-cap.ts'

const MEGABYTE = 2 ** 20

test('the engine cannot allocate past its cap', async () => {
  const { calls, heapBytes } = await startEngine(await compileEngine(64))
  assert.notEqual(calls.malloc(24 * MEGABYTE), 0)
  assert.equal(calls.malloc(64 * MEGABYTE), 0)
  assert.ok(heapBytes() <= 64 * MEGABYTE)
})

test('the engine under its usual cap allocates what that one refuses', async () => {
  const { calls } = await startEngine(await compileEngine(256))
  assert.notEqual(calls.malloc(64 * MEGABYTE), 0)
})

test('a module that declares no memory maximum is refused rather than run uncapped', () => {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  assert.throws(() => capMemory(Uint8Array.from([...header, 5, 3, 1, 0, 1]), MEGABYTE), /no memory maximum/)
  assert.throws(() => capMemory(Uint8Array.from(header), MEGABYTE), /no memory section/)
})

test('every file operation the engine imports fails', async () => {
  const path = createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm')
  const module = await WebAssembly.compile(Uint8Array.from(readFileSync(path)))
  const imports = WebAssembly.Module.imports(module)
  const files = imports.filter(({ name }) => /^(__syscall_|fd_|path_)/.test(name))
  assert.ok(files.length >= 15, `${files.length} file operations found`)
  const reached: string[] = []
  const real = Object.groupBy(imports, ({ module: space }) => space)
  const glue = Object.fromEntries(
    Object.entries(real).map(([space, members]) => [
      space,
      Object.fromEntries(members!.map(({ name }) => [name, () => reached.push(name)])),
    ]),
  )
  const stubbed = withoutFiles(glue)
  for (const { module: space, name } of files) {
    const answer = (stubbed[space]![name] as () => number)()
    assert.notEqual(answer, 0, `${name} succeeds`)
  }
  assert.deepEqual(reached, [])
})
