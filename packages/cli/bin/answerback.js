#!/usr/bin/env node
// Plain JavaScript, because any Node from 20 on may run it: the real program needs Node 24, which npm brought along.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const NEEDED_MAJOR = 24
const program = fileURLToPath(new URL('../src/main.ts', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  await import(program)
} else {
  const bundled = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url))
  if (!existsSync(bundled)) {
    process.stderr.write(
      `answerback needs Node ${NEEDED_MAJOR}. Run ./start once, or install Node ${NEEDED_MAJOR}.\n`,
    )
    process.exit(1)
  }
  const child = spawn(bundled, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)))
}
