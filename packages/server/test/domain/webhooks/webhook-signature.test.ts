import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  adoptSecret,
  formatSecret,
  signatureHeaders,
} from '../../../src/domain/webhooks/webhook-signature.ts'

test('a signature is the one the Standard Webhooks specification computes', () => {
  // The specification's own example: secret, id, timestamp and body of its "verifying webhooks" vector.
  const headers = signatureHeaders(
    {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1614265330,
      body: Buffer.from('{"test": 2432232314}'),
    },
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  )
  assert.deepEqual(headers, {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  })
})

test('while a secret is rotated a message carries one signature for each', () => {
  const old = formatSecret(Buffer.alloc(32, 1))
  const fresh = formatSecret(Buffer.alloc(32, 2))
  const message = { id: 'evt_1', timestamp: 1, body: Buffer.from('{}') }
  const both = signatureHeaders(message, [fresh, old])['webhook-signature'].split(' ')
  assert.equal(both.length, 2)
  assert.equal(both[0], signatureHeaders(message, [fresh])['webhook-signature'])
  assert.equal(both[1], signatureHeaders(message, [old])['webhook-signature'])
})

test('a secret of the subscriber is taken as its bytes, and refused when too short or too long', () => {
  const text = 'a secret of twenty-four b'
  assert.equal(adoptSecret(text), formatSecret(Buffer.from(text)))
  const made = formatSecret(Buffer.alloc(32, 7))
  assert.equal(adoptSecret(made), made)
  for (const bad of ['', 'short', 'whsec_', 'whsec_AAAA', 'whsec_not base64!!!', 'x'.repeat(65)]) {
    assert.equal(adoptSecret(bad), undefined, bad)
  }
})
