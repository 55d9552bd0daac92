import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isAddressBlock, isListed } from '../../../src/domain/access/address-list.ts'
import { KEY_SCOPES } from '../../../src/domain/access/api-key.ts'
import { weakPassword } from '../../../src/domain/access/password.ts'
import { CONTENT_SCOPES, mayAppoint, ROLES, rightsOf } from '../../../src/domain/access/roles.ts'
import { DEFAULT_PEOPLE_POLICY, lacksSecondFactor, sessionEnd } from '../../../src/domain/access/session.ts'
import { sourceOf } from '../../../src/domain/access/sign-in-limits.ts'

const MODES = ['test', 'live'] as const
const everywhere = { departments: null, modes: MODES }

test('an owner has every scope there is, so that a new one is not out of reach', () => {
  const rights = rightsOf({ role: 'owner', ...everywhere }, 'live')
  for (const scope of KEY_SCOPES) assert.ok(rights.includes(scope), scope)
})

test('neither administration nor audit nor development reads live content', () => {
  for (const role of ['admin', 'auditor', 'developer'] as const) {
    const rights = rightsOf({ role, ...everywhere }, 'live')
    for (const scope of CONTENT_SCOPES) assert.ok(!rights.includes(scope), role)
  }
  assert.ok(rightsOf({ role: 'developer', ...everywhere }, 'test').includes('faxes:content'))
})

test('fewer modes or departments never give a right', () => {
  const modes = fc.subarray([...MODES])
  const departments = fc.option(fc.array(fc.string(), { minLength: 1, maxLength: 3 }))
  fc.assert(
    fc.property(
      fc.constantFrom(...ROLES),
      modes,
      departments,
      fc.constantFrom(...MODES),
      (role, own, held, mode) => {
        const all = rightsOf({ role, ...everywhere }, mode)
        const some = rightsOf({ role, departments: held, modes: own }, mode)
        assert.ok(some.every((right) => all.includes(right)))
        if (!own.includes(mode)) assert.deepEqual(some, [])
      },
    ),
  )
})

test('only an owner has to do with owners', () => {
  for (const actor of ROLES)
    for (const from of [...ROLES, null])
      for (const to of [...ROLES, null])
        assert.equal(mayAppoint(actor, from, to), actor === 'owner' || (from !== 'owner' && to !== 'owner'))
})

test('a password is long, is no row of keys, and is no name or word that everybody tries', () => {
  for (const weak of [
    'short',
    'fourteen chars',
    'aaaaaaaaaaaaaaaaaaaa',
    'abcabcabcabcabcabc',
    '123456789012345',
    'qwertyuiopasdfghjkl',
    'zebra@clinic.example',
    'Answerback answerback',
    'password1234567',
    'Password12345678',
    'Clinic-Winter-2026!',
  ]) {
    assert.ok(weakPassword(weak, 'zebra@clinic.example'), weak)
  }
  assert.ok(weakPassword('x'.repeat(201), 'a@b.example'))
  for (const good of ['correct zebra battery staple', 'ünïcödé wörds are fíne', '9f8e7d6c5b4a3210z'])
    assert.equal(weakPassword(good, 'okapi@clinic.example'), undefined, good)
})

test('a session ends when it is idle or old, and one that waits for a second factor soon', () => {
  const at = (minutes: number) => new Date(minutes * 60_000)
  const active = { state: 'active', createdAt: at(0), lastSeenAt: at(700) } as const
  assert.equal(sessionEnd(active, DEFAULT_PEOPLE_POLICY, 714 * 60_000), undefined)
  assert.equal(sessionEnd(active, DEFAULT_PEOPLE_POLICY, 715 * 60_000), 'idle')
  assert.equal(sessionEnd({ ...active, lastSeenAt: at(719) }, DEFAULT_PEOPLE_POLICY, 720 * 60_000), 'too_old')
  const pending = { state: 'pending', createdAt: at(0), lastSeenAt: at(4) } as const
  assert.equal(sessionEnd(pending, DEFAULT_PEOPLE_POLICY, 5 * 60_000), 'too_old')
})

test('the policy says where a second factor is needed', () => {
  const needed = (secondFactor: 'live' | 'always' | 'never') =>
    MODES.map((mode) => lacksSecondFactor({ ...DEFAULT_PEOPLE_POLICY, secondFactor }, null, mode))
  assert.deepEqual(
    [needed('live'), needed('always'), needed('never')],
    [
      [false, true],
      [true, true],
      [false, false],
    ],
  )
  assert.equal(lacksSecondFactor(DEFAULT_PEOPLE_POLICY, new Date(0), 'live'), false)
})

test('one source is an IPv4 address or an IPv6 customer', () => {
  assert.equal(sourceOf('192.0.2.7'), '192.0.2.7')
  assert.equal(sourceOf('::ffff:192.0.2.7'), '192.0.2.7')
  assert.equal(sourceOf('2001:db8:1:2:3:4:5:6'), sourceOf('2001:DB8:0001:2::9'))
  assert.notEqual(sourceOf('2001:db8:1:2::1'), sourceOf('2001:db8:1:3::1'))
  assert.equal(sourceOf('::1'), '0:0:0:0::/64')
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      assert.match(sourceOf(address), /^(?:[0-9a-f]{1,4}:){4}:\/64$|^\d+\.\d+\.\d+\.\d+$/)
    }),
  )
})

test('an address is in a block by its leading bits', () => {
  const blocks = ['192.0.2.0/25', '198.51.100.7', '2001:db8:8000::/33', '::1']
  for (const block of blocks) assert.ok(isAddressBlock(block))
  for (const address of [
    '192.0.2.0',
    '192.0.2.127',
    '::ffff:192.0.2.5',
    '198.51.100.7',
    '2001:db8:ffff::1',
    '::1',
  ])
    assert.ok(isListed(blocks, address), address)
  for (const address of [
    '192.0.2.128',
    '198.51.100.8',
    '2001:db8:7fff::1',
    '::2',
    '',
    'localhost',
    '192.0.2.5/32',
  ])
    assert.ok(!isListed(blocks, address), address)
  for (const bad of [
    '',
    '1.2.3.4/',
    '1.2.3.4/33',
    '1.2.3.4/08',
    '::/129',
    'fe80::1%eth0',
    '1.2.3.4/8/8',
    ' 1.2.3.4',
  ])
    assert.ok(!isAddressBlock(bad), bad)
  fc.assert(
    fc.property(fc.string(), fc.string(), (block, address) => {
      if (isAddressBlock(block)) isListed([block], address)
    }),
  )
})
