import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ParseError } from '@answerback/protocol/parse-error'
import { readEnvelope } from '@answerback/protocol/sip/message/envelope'
import { parseCSeq, readReason, readSessionExpires } from '@answerback/protocol/sip/message/headers'
import { bytesOf, textOf } from '@answerback/protocol/sip/message/latin1'
import { parseNameAddr } from '@answerback/protocol/sip/message/name-addr'
import { parseMessage } from '@answerback/protocol/sip/message/parse-message'
import { Headers, type SipRequest } from '@answerback/protocol/sip/message/sip-message'
import { splitList } from '@answerback/protocol/sip/message/split'
import { StreamFramer } from '@answerback/protocol/sip/message/stream-framer'
import { parseUri, uriAddress, writeUri } from '@answerback/protocol/sip/message/uri'
import { noteSource, parseVia, responseAddress } from '@answerback/protocol/sip/message/via'
import { writeMessage } from '@answerback/protocol/sip/message/write-message'
import fc from 'fast-check'

const read = (text: string) => parseMessage(bytesOf(text))
const isParseError = (error: unknown) => error instanceof ParseError

const PLAIN = [
  'INVITE sip:100@example.com SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKa',
  'From: <sip:101@example.com>;tag=f',
  'To: <sip:100@example.com>',
  'Call-ID: c@192.0.2.1',
  'CSeq: 1 INVITE',
]

describe('A SIP message', () => {
  it('is the same with full or compact names, CRLF or LF, folded or not', () => {
    const strange = [
      'INVITE sip:100@example.com SIP/2.0',
      'v: SIP/2.0/UDP 192.0.2.1:5060',
      ' ;branch=z9hG4bKa',
      'f : <sip:101@example.com>;tag=f',
      'T:<sip:100@example.com>',
      'I:   c@192.0.2.1  ',
      'CSEQ: 1',
      '\tINVITE',
      'a line of nothing',
    ]
    const plain = read(`${PLAIN.join('\r\n')}\r\n\r\nbody`)
    const other = read(`\r\n\n${strange.join('\n')}\n\nbody`)
    assert.deepEqual(
      other.headers.lines.map(([name, value]) => [name, value.replace(' ;', ';')]),
      plain.headers.lines,
    )
    assert.equal(textOf(other.body), 'body')
    assert.deepEqual(readEnvelope(other).cseq, { number: 1, method: 'INVITE' })
  })

  it('keeps the values of a header in order, on one line or several', () => {
    const { headers } = read(
      'OPTIONS sip:x SIP/2.0\r\nRoute: <sip:a,b;lr>, "x, y" <sip:c>\r\nRoute: <sip:d>\r\n\r\n',
    )
    assert.deepEqual(headers.list('route'), ['<sip:a,b;lr>', '"x, y" <sip:c>', '<sip:d>'])
  })

  it('has the body that Content-Length says, and padding after it is no part of it', () => {
    const message = read(`${PLAIN.join('\r\n')}\r\nl: 3\r\n\r\nabcdef`)
    assert.equal(textOf(message.body), 'abc')
    assert.throws(() => read(`${PLAIN.join('\r\n')}\r\nContent-Length: 9\r\n\r\nabc`), isParseError)
  })

  for (const [what, text] of [
    ['of another protocol', 'GET / HTTP/1.1\r\n\r\n'],
    ['of another version', 'INVITE sip:x SIP/3.0\r\n\r\n'],
    ['with a status out of range', 'SIP/2.0 999 Odd\r\n\r\n'],
    ['that is empty', ''],
    ['with a NUL in a header', 'INVITE sip:x SIP/2.0\r\nTo: a\0b\r\n\r\n'],
    [
      'with a bare CR in a header, which would forge one in our answer',
      'INVITE sip:x SIP/2.0\r\nTo: a\rVia: b\r\n\r\n',
    ],
    ['with a header of 9 KB', `INVITE sip:x SIP/2.0\r\nTo: ${'x'.repeat(9_000)}\r\n\r\n`],
    [
      'with a folded header of 9 KB',
      `INVITE sip:x SIP/2.0\r\nTo: x\r\n${` ${'x'.repeat(90)}\r\n`.repeat(100)}\r\n`,
    ],
    ['with 201 headers', `INVITE sip:x SIP/2.0\r\n${'X: 1\r\n'.repeat(201)}\r\n`],
    ['of more than 64 KB', `INVITE sip:x SIP/2.0\r\n\r\n${'x'.repeat(65_536)}`],
  ] as const) {
    it(`${what} is refused with a typed error`, () => {
      assert.throws(() => read(text), isParseError)
    })
  }

  it('is written so that it reads back the same, whatever printable text it holds', () => {
    const value = fc.string({
      unit: fc
        .integer({ min: 0x20, max: 0xff })
        .filter((c) => c < 0x7f || c > 0x9f)
        .map((c) => String.fromCharCode(c)),
      maxLength: 60,
    })
    const line = fc.tuple(
      fc.constantFrom('via', 'call-id', 'x-odd', 'www-authenticate', 'subject'),
      value.map((text) => text.trim()),
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), fc.uint8Array({ maxLength: 200 }), (lines, body) => {
        const request: SipRequest = {
          kind: 'request',
          method: 'INVITE',
          uri: 'sip:x',
          headers: new Headers(lines),
          body,
        }
        const back = parseMessage(writeMessage(request))
        assert.deepEqual(
          back.headers.lines.filter(([name]) => name !== 'content-length'),
          lines,
        )
        assert.deepEqual([...back.body], [...body])
      }),
    )
  })

  it('of ours with a line end in a value is not written', () => {
    const headers = new Headers([['subject', 'a\r\nVia: forged']])
    const request: SipRequest = {
      kind: 'request',
      method: 'BYE',
      uri: 'sip:x',
      headers,
      body: new Uint8Array(0),
    }
    assert.throws(() => writeMessage(request), TypeError)
  })

  it('takes time in line with its size, with quotes and brackets that never close', () => {
    for (const piece of ['"', '<', '"\\', ';a=', ',', '; ']) {
      const start = performance.now()
      try {
        splitList(piece.repeat(60_000), 'x')
      } catch (error) {
        assert.ok(isParseError(error))
      }
      assert.ok(performance.now() - start < 500, piece)
    }
  })
})

describe('A stream', () => {
  const one = `${PLAIN.join('\r\n')}\r\nContent-Length: 4\r\n\r\nbody`

  it('is cut into messages by their lengths, however its bytes arrive', () => {
    for (const pieceBytes of [1, 7, 10_000]) {
      const framer = new StreamFramer()
      const stream = bytesOf(`\r\n\r\n${one}\r\n${one}\r\n\r\n`)
      const out = []
      for (let at = 0; at < stream.length; at += pieceBytes)
        out.push(...framer.push(stream.subarray(at, at + pieceBytes)))
      assert.deepEqual(
        out.map((framed) => (framed.kind === 'ping' ? 'ping' : textOf(framed.bytes))),
        ['ping', one, one, 'ping'],
      )
    }
  })

  it('without a length, or with one past every limit, cannot be cut', () => {
    assert.throws(() => new StreamFramer().push(bytesOf(`${PLAIN.join('\r\n')}\r\n\r\n`)), isParseError)
    assert.throws(() => new StreamFramer().push(bytesOf('X: 1\r\nl: 999999\r\n\r\n')), isParseError)
    assert.throws(() => new StreamFramer().push(bytesOf('x'.repeat(70_000))), isParseError)
  })
})

describe('A SIP address', () => {
  it('is read with and without display name, brackets and parameters', () => {
    assert.deepEqual(parseNameAddr('"A \\"B\\" <x>" <sip:a@h;x=1>;tag=t', 'f'), {
      displayName: 'A "B" <x>',
      uri: 'sip:a@h;x=1',
      parameters: new Map([['tag', 't']]),
    })
    assert.equal(parseNameAddr('sip:a@h;tag=t', 'f').parameters.get('tag'), 't')
    assert.equal(parseNameAddr('Clinic <tel:+1202>', 'f').displayName, 'Clinic')
    for (const text of ['', '<>', '<sip:a', 'nothing', '<sip:a b>']) {
      assert.throws(() => parseNameAddr(text, 'f'), isParseError, text)
    }
  })

  it('of a URI has user, host, port and transport', () => {
    const uri = parseUri('sips:+1202;ext=5:secret@[2001:DB8::1]:5071;transport=TCP?Subject=x')
    assert.deepEqual([uri.user, uri.host, uri.port], ['+1202;ext=5', '2001:db8::1', 5071])
    assert.equal(uriAddress(uri, 'udp').transport, 'tls')
    assert.deepEqual(uriAddress(parseUri('sip:h;transport=tcp'), 'udp'), {
      transport: 'tcp',
      host: 'h',
      port: 5060,
    })
    for (const text of [
      'http://x',
      'sip:',
      'sip:a@',
      'sip:a@b:0',
      'sip:a@b:70000',
      'sip:a@b c',
      'sip:a@[::1',
    ]) {
      assert.throws(() => parseUri(text), isParseError, text)
    }
  })

  it('of ours reads back to the same user, whatever its characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 1, max: 0xff }).map((c) => String.fromCharCode(c)) }),
        (user) => {
          assert.equal(parseUri(writeUri(user, 'example.com')).user, user)
        },
      ),
    )
  })
})

describe('A Via', () => {
  const source = { transport: 'udp', host: '198.51.100.9', port: 41_000 } as const

  it('gets the address its request came from, and the port when it asked', () => {
    assert.equal(
      noteSource('SIP/2.0/UDP 10.0.0.1;branch=b', source),
      'SIP/2.0/UDP 10.0.0.1;branch=b;received=198.51.100.9',
    )
    assert.equal(
      noteSource('SIP/2.0/UDP 10.0.0.1;rport;branch=b;received=1.2.3.4', source),
      'SIP/2.0/UDP 10.0.0.1;rport=41000;branch=b;received=198.51.100.9',
    )
    assert.equal(noteSource('SIP/2.0/UDP 198.51.100.9;branch=b', source), 'SIP/2.0/UDP 198.51.100.9;branch=b')
  })

  it('names the port of the answer, unless the client asked for its own back', () => {
    const port = (text: string) => responseAddress(parseVia(text), source).port
    assert.equal(port('SIP/2.0/UDP 10.0.0.1:5070;branch=b'), 5070)
    assert.equal(port('SIP/2.0/UDP 10.0.0.1;branch=b'), 5060)
    assert.equal(port('SIP/2.0/UDP 10.0.0.1:5070;branch=b;rport'), 41_000)
    assert.equal(
      responseAddress(parseVia('SIP/2.0/TCP 10.0.0.1:5070'), { ...source, transport: 'tcp' }).port,
      41_000,
    )
  })

  it('that is unreadable is refused', () => {
    for (const text of ['', 'SIP/2.0/UDP', 'SIP/1.0/UDP h', 'SIP/2.0/UDP h:0', 'SIP/2.0/UDP h:99999']) {
      assert.throws(() => parseVia(text), isParseError, text)
    }
  })
})

describe('Typed headers', () => {
  const headers = (...lines: [string, string][]) => new Headers(lines)

  it('of Reason give Q.850 and SIP causes and nothing else', () => {
    const reason = readReason(
      headers(['reason', 'Q.850;cause=17;text="busy, sorry", SIP;cause=486'], ['reason', 'X;cause=1']),
    )
    assert.deepEqual(reason, { q850Cause: 17, sipCause: 486 })
    assert.deepEqual(readReason(headers(['reason', 'Q.850;cause=900'], ['reason', 'Q.850'])), {
      q850Cause: undefined,
      sipCause: undefined,
    })
  })

  it('of Session-Expires give seconds and who refreshes', () => {
    assert.deepEqual(readSessionExpires(headers(['session-expires', '1800 ; refresher=UAC'])), {
      seconds: 1800,
      refresher: 'uac',
    })
    assert.equal(readSessionExpires(headers(['session-expires', 'soon'])), undefined)
  })

  it('of CSeq are a number below 2^31 and a method', () => {
    assert.deepEqual(parseCSeq(' 007  INVITE '), { number: 7, method: 'INVITE' })
    for (const text of ['x INVITE', '1', '4294967296 INVITE', undefined])
      assert.throws(() => parseCSeq(text), isParseError)
  })
})
