import { readFile } from 'node:fs/promises'
import type { EngineSettings } from './adapters/lines/sip/engine/engine-messages.ts'
import { SipLine } from './adapters/lines/sip/sip-line.ts'
import { createInboundCalls } from './application/receiving/inbound-calls.ts'
import type { Policy, Services } from './application/services.ts'
import { createTrunkDirectory } from './application/trunks/trunk-directory.ts'
import { trunkPolicy } from './application/trunks/trunk-hosts.ts'
import { ConfigError } from './config/misconfiguration.ts'
import type { SipConfig } from './config/sip.ts'

/**
 * Opens the SIP line over these services.
 * @throws ConfigError when its port or its certificate cannot be used
 */
export async function openSipLine(sip: SipConfig, services: Services, version: string): Promise<SipLine> {
  const settings = await engineSettings(sip, version, services.policy)
  try {
    return await SipLine.open({
      settings,
      directory: createTrunkDirectory(services),
      inbound: createInboundCalls(services, 'sip'),
      clock: services.clock,
      log: services.log,
    })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new ConfigError([
      {
        setting: 'ANSWERBACK_SIP_LISTEN',
        sentence: `The SIP line cannot be opened on ${sip.listen.host}:${sip.listen.port}${code}.`,
        fix: 'Choose an address of this machine and a free port, and check the certificate when TLS is on.',
      },
    ])
  }
}

async function engineSettings(sip: SipConfig, version: string, policy: Policy): Promise<EngineSettings> {
  const { listen, mediaAddress, mediaPorts, publicAddress } = sip
  return {
    sip: { ...listen, tls: await readTls(sip), trustedCertificates: null },
    media: {
      host: mediaAddress,
      publicHost: publicAddress,
      firstPort: mediaPorts.from,
      lastPort: mediaPorts.to,
    },
    name: `Answerback/${version}`,
    reach: trunkPolicy(policy),
  }
}

async function readTls({ tls }: SipConfig): Promise<EngineSettings['sip']['tls']> {
  if (!tls) return null
  try {
    const [certificate, key] = await Promise.all([
      readFile(tls.certificatePath, 'utf8'),
      readFile(tls.keyPath, 'utf8'),
    ])
    return { certificate, key }
  } catch {
    const fix = 'Name PEM files that this user may read.'
    const sentence = 'The certificate or its key cannot be read.'
    throw new ConfigError([{ setting: 'ANSWERBACK_SIP_TLS_CERTIFICATE', sentence, fix }])
  }
}
