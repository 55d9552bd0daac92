import { type PemPaths, TlsFiles, TlsFilesError } from './adapters/web/tls-files.ts'
import { ConfigError } from './config/misconfiguration.ts'
import type { TransportConfig } from './config/transport.ts'
import type { Logger } from './ports/logger.ts'

/** The certificates of this process, each read again when its files change. */
export interface Certificates {
  /** `undefined`: we speak plain HTTP. */
  readonly web: TlsFiles | undefined
  /** Shown to webhook receivers. */
  readonly webhookClient: TlsFiles | undefined
  /** Reads all of them now. */
  reload(): Promise<void>
  close(): void
}

/** @throws ConfigError when one cannot be used */
export async function openCertificates(config: TransportConfig, log: Logger): Promise<Certificates> {
  const web = await open(config.tls, 'ANSWERBACK_TLS_CERTIFICATE', log)
  const webhookClient = await open(config.webhookClient, 'ANSWERBACK_WEBHOOK_CLIENT_CERTIFICATE', log)
  const all = [web, webhookClient].filter((each) => each !== undefined)
  for (const each of all) each.watch()
  return {
    web,
    webhookClient,
    reload: async () => {
      await Promise.all(all.map((each) => each.reload()))
    },
    close: () => {
      for (const each of all) each.close()
    },
  }
}

async function open(
  paths: PemPaths | undefined,
  setting: string,
  log: Logger,
): Promise<TlsFiles | undefined> {
  if (paths === undefined) return undefined
  try {
    return await TlsFiles.open(paths, log)
  } catch (error) {
    if (!(error instanceof TlsFilesError)) throw error
    const fix = 'Name PEM files that this user may read: the chain with our certificate first, and its key.'
    throw new ConfigError([{ setting, sentence: error.message, fix }])
  }
}
