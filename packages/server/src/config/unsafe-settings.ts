import { isAbsolute, relative } from 'node:path'
import type { Config } from './config.ts'
import type { Misconfiguration } from './misconfiguration.ts'

/** What production refuses to start with. */
export function unsafeSettings(config: Config): Misconfiguration[] {
  const faults: Misconfiguration[] = []
  if (config.publicUrl !== undefined && !/^https?:\/\/[^\s/]+$/.test(config.publicUrl)) {
    const fix = 'Give an address such as https://fax.clinic.example, without a path.'
    faults.push({ setting: 'ANSWERBACK_PUBLIC_URL', sentence: 'It is not the address of a server.', fix })
  }
  const loopback = isLoopback(config.host)
  if (config.profile === 'development') {
    if (!loopback) {
      faults.push({
        setting: 'ANSWERBACK_HOST',
        sentence: 'The development profile listens on this machine only.',
        fix: 'Unset ANSWERBACK_HOST, or run "npx answerback serve" with a production configuration.',
      })
    }
    return faults
  }
  if (!loopback && !config.transport.tls && !config.transport.tlsTerminatedByProxy) {
    faults.push({
      setting: 'ANSWERBACK_HOST',
      sentence: 'Plain HTTP would leave this machine.',
      fix: 'Name a certificate (ANSWERBACK_TLS_CERTIFICATE, ANSWERBACK_TLS_KEY), listen on 127.0.0.1, or set ANSWERBACK_TLS_TERMINATED_BY_PROXY=true when a proxy in front terminates TLS.',
    })
  }
  if (config.keyProvider.kind === 'file' && contains(config.dataFolder, config.keyFolder)) {
    faults.push({
      setting: 'ANSWERBACK_KEY_FOLDER',
      sentence: 'The master key would lie beside the data it protects.',
      fix: 'Name a folder outside the data folder that only this user can read; "npx answerback setup" makes the key in it.',
    })
  }
  return faults
}

export function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === '::1' || host === 'localhost'
}

export function contains(folder: string, file: string): boolean {
  const path = relative(folder, file)
  return !path.startsWith('..') && !isAbsolute(path)
}
