import assert from 'node:assert/strict'
import { execFile, execFileSync, spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { promisify } from 'node:util'
import { ROOT } from '../support/modules.ts'

/** `./start` in a tree of its own, with an npm that takes a note and a Node whose version is chosen. */
const scratch = mkdtempSync(join(tmpdir(), 'answerback-ready-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

let tree = ''
beforeEach(() => {
  tree = mkdtempSync(join(scratch, 'case-'))
  mkdirSync(join(tree, 'scripts'))
  mkdirSync(join(tree, 'tools'))
  mkdirSync(join(tree, 'packages/server/src'), { recursive: true })
  copyFileSync(join(ROOT, 'start'), join(tree, 'start'))
  copyFileSync(join(ROOT, 'scripts/ready.sh'), join(tree, 'scripts/ready.sh'))
  writeFileSync(
    join(tree, 'packages/server/src/main.ts'),
    'process.stdout.write(process.argv.slice(2).join(" "))',
  )
  writeFileSync(join(tree, 'package-lock.json'), 'first')
  tool('node', `exec '${process.execPath}' "$@"`)
  npmThat('mkdir -p node_modules/.bin; ln -sf "$NODE" node_modules/.bin/node')
})

test('the first start installs, and later ones call no npm until the lockfile changes', async () => {
  assert.equal(await start('--port', '1'), '--profile development --port 1')
  await start()
  await start()
  assert.equal(installs(), 1)
  writeFileSync(join(tree, 'package-lock.json'), 'second')
  await start()
  assert.equal(installs(), 2)
})

test('two first starts at once install once', async () => {
  npmThat('sleep 0.3; mkdir -p node_modules/.bin; ln -sf "$NODE" node_modules/.bin/node')
  await Promise.all([start(), start(), start()])
  assert.equal(installs(), 1)
})

test('an install that failed or was killed is done again', async () => {
  npmThat('exit 1')
  await assert.rejects(start(), /npm ci failed/)
  npmThat('mkdir -p node_modules; sleep 30')
  const child = spawn('./start', { cwd: tree, env: environment(), detached: true, stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  while (installs() < 2) await new Promise((resolve) => setTimeout(resolve, 20))
  process.kill(-(child.pid ?? 0), 'SIGKILL')
  await ended
  npmThat('mkdir -p node_modules/.bin; ln -sf "$NODE" node_modules/.bin/node')
  await start()
  assert.equal(installs(), 3)
})

test('without Node, with one too old, or without npm, one sentence says what to do', async () => {
  tool('node', 'echo 18')
  await assert.rejects(start(), /answerback: Node\.js 18 is too old: install Node\.js 20 or newer/)
  rmSync(join(tree, 'tools/node'))
  await assert.rejects(start(), /answerback: Node\.js was not found: install Node\.js 20 or newer/)
  tool('node', `exec '${process.execPath}' "$@"`)
  rmSync(join(tree, 'tools/npm'))
  await assert.rejects(start(), /answerback: npm was not found/)
})

test('where no Node came with the dependencies, the machine’s own is used if it is new enough', async () => {
  npmThat('mkdir -p node_modules')
  assert.equal(await start(), '--profile development')
  tool('node', `[ "$1" = -p ] && echo 22 || echo v22.1.0`)
  await assert.rejects(start(), /needs Node\.js 24 or newer, and .*tools\/node is v22\.1\.0/)
})

test('npm start does not install with the Node it is about to replace', async () => {
  await start()
  writeFileSync(join(tree, 'package-lock.json'), 'second')
  const path = `${join(tree, 'node_modules/.bin')}:${environment().PATH}`
  npmThat('mkdir -p node_modules/.bin; ln -sf "$NODE" node_modules/.bin/node; command -v node >used')
  await startWith({ ...environment(), PATH: path })
  assert.equal(readFileSync(join(tree, 'used'), 'utf8').trim(), join(tree, 'tools/node'))
})

function start(...args: string[]): Promise<string> {
  return startWith(environment(), args)
}

async function startWith(env: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<string> {
  const { stdout } = await promisify(execFile)('./start', args, { cwd: tree, env })
  return stdout
}

function environment(): NodeJS.ProcessEnv & { PATH: string } {
  const PATH = `${join(tree, 'tools')}:${systemTools()}`
  return { PATH, NODE: process.execPath }
}

/** A search path with what the scripts need and, unlike /usr/bin, surely no Node. */
function systemTools(): string {
  const folder = join(scratch, 'system')
  if (existsSync(folder)) return folder
  mkdirSync(folder)
  for (const name of [
    'cat',
    'cmp',
    'cp',
    'dirname',
    'env',
    'flock',
    'grep',
    'ln',
    'mkdir',
    'mv',
    'paste',
    'rm',
    'sh',
    'sleep',
    'tr',
  ]) {
    symlinkSync(execFileSync('which', [name]).toString().trim(), join(folder, name))
  }
  return folder
}

function npmThat(does: string): void {
  tool('npm', `echo ci >>calls\n${does}`)
}

function tool(name: string, does: string): void {
  writeFileSync(join(tree, 'tools', name), `#!/bin/sh\n${does}\n`, { mode: 0o755 })
}

function installs(): number {
  const calls = join(tree, 'calls')
  return existsSync(calls) ? readFileSync(calls, 'utf8').split('\n').length - 1 : 0
}
