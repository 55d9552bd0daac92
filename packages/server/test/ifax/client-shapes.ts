/** Requests to `fax-send` as the clients of `docs/guides/moving-from-ifax.md` put them on the wire, header for header. */

export interface ShapeInput {
  readonly port: number
  readonly key: string
  readonly pdf: Buffer
}

export interface ClientShape {
  readonly client: string
  request(input: ShapeInput): Buffer
}

function http(headers: readonly string[], body: Buffer | string, path = '/v1/customer/fax-send'): Buffer {
  const bytes = Buffer.from(body)
  const lines = [`POST ${path} HTTP/1.1`, ...headers, `Content-Length: ${bytes.length}`, '', '']
  return Buffer.concat([Buffer.from(lines.join('\r\n')), bytes])
}

function document(pdf: Buffer, more: object = {}) {
  return { fileName: 'referral.pdf', fileData: pdf.toString('base64'), ...more }
}

function json({ pdf }: ShapeInput, more: object = {}): string {
  return JSON.stringify({ faxNumber: '+12025550100', faxData: [document(pdf)], ...more })
}

function chunked(body: string): string {
  const half = Math.floor(body.length / 2)
  const parts = [body.slice(0, half), body.slice(half), '']
  return parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')
}

interface Part {
  readonly name: string
  readonly value: string | Buffer
  readonly fileName?: string
  readonly type?: string
}

function multipart(boundary: string, parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(({ name, value, fileName, type }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${fileName ? `; filename="${fileName}"` : ''}\r\n` +
        `${type ? `Content-Type: ${type}\r\n` : ''}\r\n`,
    ),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)])
}

const host = ({ port }: ShapeInput) => `Host: 127.0.0.1:${port}`

export const CLIENT_SHAPES: readonly ClientShape[] = [
  {
    client: 'curl -d without a Content-Type, which curl then calls a form',
    request: (input) =>
      http(
        [
          host(input),
          'User-Agent: curl/7.88.1',
          'Accept: */*',
          `accessToken: ${input.key}`,
          'Content-Type: application/x-www-form-urlencoded',
        ],
        json(input),
      ),
  },
  {
    client: 'the guide’s curl, with its own header spelling and white space before the body',
    request: (input) =>
      http(
        [host(input), 'User-Agent: curl/8.5.0', 'Accept: application/json', `AccessToken: ${input.key}`],
        `\n  ${json(input)}\n`,
      ),
  },
  {
    client: 'axios',
    request: (input) =>
      http(
        [
          'Accept: application/json, text/plain, */*',
          'Content-Type: application/json',
          `accessToken: ${input.key}`,
          'User-Agent: axios/1.7.2',
          'Accept-Encoding: gzip, compress, deflate, br',
          host(input),
          'Connection: close',
        ],
        json(input, {
          callerId: '+12025550199',
          faxQuality: 'HD',
          subject: 'Referral',
          from_name: 'Dr Zebra',
        }),
      ),
  },
  {
    client: 'axios with a data URI and page picks',
    request: (input) =>
      http(
        [
          'Content-Type: application/json',
          `accessToken: ${input.key}`,
          'User-Agent: axios/0.27.2',
          host(input),
        ],
        JSON.stringify({
          faxNumber: '+12025550100',
          faxData: [
            {
              fileName: 'referral.pdf',
              fileData: `data:application/pdf;base64,${input.pdf.toString('base64')}`,
              fileType: 'application/pdf',
              pages: ['1'],
            },
          ],
        }),
      ),
  },
  {
    client: 'Python requests with json=',
    request: (input) =>
      http(
        [
          host(input),
          'User-Agent: python-requests/2.32.3',
          'Accept-Encoding: gzip, deflate',
          'Accept: */*',
          'Connection: keep-alive',
          `accessToken: ${input.key}`,
          'Content-Type: application/json',
        ],
        json(input),
      ),
  },
  {
    client: 'Python requests with data=json.dumps(…), which names no Content-Type at all',
    request: (input) =>
      http(
        [
          host(input),
          'User-Agent: python-requests/2.32.3',
          'Accept: */*',
          'Connection: keep-alive',
          `Authorization: Bearer ${input.key}`,
        ],
        json(input),
      ),
  },
  {
    client: 'PHP curl with http_build_query',
    request: (input) => {
      const form = new URLSearchParams({
        faxNumber: '+12025550100',
        'faxData[0][fileName]': 'referral.pdf',
        'faxData[0][fileData]': input.pdf.toString('base64'),
        'faxData[0][pages][0]': '1',
        from_name: 'Dr Zebra',
      })
      return http(
        [
          host(input),
          'Accept: */*',
          `accessToken: ${input.key}`,
          'Content-Type: application/x-www-form-urlencoded',
        ],
        form.toString(),
      )
    },
  },
  {
    client: 'PHP curl with json_encode and a body that waits for 100 Continue',
    request: (input) =>
      http(
        [
          host(input),
          'Accept: */*',
          `accessToken: ${input.key}`,
          'Content-Type: application/x-www-form-urlencoded',
          'Expect: 100-continue',
        ],
        json(input),
      ),
  },
  {
    client: 'PHP curl with an array, a form with _method and a file part',
    request: (input) => {
      const boundary = '------------------------d74496d66958873e'
      return http(
        [
          host(input),
          'Accept: */*',
          `accessToken: ${input.key}`,
          `Content-Type: multipart/form-data; boundary=${boundary}`,
        ],
        multipart(boundary, [
          { name: '_method', value: 'POST' },
          { name: 'faxNumber', value: '+12025550100' },
          { name: 'faxData[0][fileName]', value: 'referral.pdf' },
          {
            name: 'faxData[0][fileUrl]',
            value: input.pdf,
            fileName: 'referral.pdf',
            type: 'application/pdf',
          },
        ]),
      )
    },
  },
  {
    client: 'Ruby rest-client, a form whose array has no indices',
    request: (input) => {
      const boundary = '----RubyFormBoundary5pXgMpm2vnuZRh5l'
      return http(
        [
          'Accept: */*',
          'User-Agent: rest-client/2.1.0 (linux x86_64) ruby/3.2.3p157',
          `Accesstoken: ${input.key}`,
          `Content-Type: multipart/form-data; boundary=${boundary}`,
          'Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3',
          host(input),
        ],
        multipart(boundary, [
          { name: 'faxNumber', value: '+12025550100' },
          { name: 'to_name', value: 'Records' },
          { name: 'faxData[][fileName]', value: 'referral.pdf' },
          {
            name: 'faxData[][fileUrl]',
            value: input.pdf,
            fileName: 'referral.pdf',
            type: 'application/pdf',
          },
        ]),
      )
    },
  },
  {
    client: 'Ruby rest-client with to_json',
    request: (input) =>
      http(
        [
          'Accept: application/json',
          'User-Agent: rest-client/2.1.0 (linux x86_64) ruby/3.2.3p157',
          `Accesstoken: ${input.key}`,
          'Content-Type: application/json',
          host(input),
        ],
        json(input),
      ),
  },
  {
    client: 'Java HttpURLConnection with the Content-Type of its tutorials',
    request: (input) =>
      http(
        [
          `accessToken: ${input.key}`,
          'Content-Type: application/json; utf-8',
          'Accept: application/json',
          'User-Agent: Java/17.0.15',
          host(input),
          'Connection: keep-alive',
        ],
        json(input),
      ),
  },
  {
    client: 'Java HttpURLConnection in chunks',
    request: (input) =>
      Buffer.from(
        [
          'POST /v1/customer/fax-send HTTP/1.1',
          `X-Api-Key: ${input.key}`,
          'Content-Type: application/json',
          'User-Agent: Java/17.0.15',
          host(input),
          'Accept: text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
          'Connection: keep-alive',
          'Transfer-Encoding: chunked',
          '',
          chunked(json(input)),
        ].join('\r\n'),
      ),
  },
  {
    client: 'a client that names multipart by hand over a JSON body',
    request: (input) =>
      http([host(input), `accessToken: ${input.key}`, 'Content-Type: multipart/form-data'], json(input)),
  },
  {
    client: 'a client that names a type nobody knows, and begins with a byte order mark',
    request: (input) =>
      http([host(input), `accessToken: ${input.key}`, 'Content-Type: ;;'], `\uFEFF${json(input)}`),
  },
]
