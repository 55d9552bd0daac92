import type { Services } from '../../src/application/services.ts'
import type { Blobs } from '../../src/ports/blobs.ts'
import type { CallObserver, Line } from '../../src/ports/line.ts'
import type { Store } from '../../src/ports/store/store.ts'

/** The process died: nothing it does afterwards has any effect. */
export class Crash extends Error {
  override readonly name = 'Crash'
}

export interface CrashPlan {
  /** Effects done so far, each once before and once after it took hold. */
  count: number
  /** The process dies at this count. */
  readonly at: number
}

/**
 * The same services in a process that dies at the Nth effect: before it, or after it took hold but before the process learnt of it (a
 * commit whose reply is lost). From then on every effect fails.
 */
export function crashingServices(services: Services, plan: CrashPlan): Services {
  const step = () => {
    plan.count += 1
    if (plan.count >= plan.at) throw new Crash()
  }
  const around = async <T>(effect: () => Promise<T>): Promise<T> => {
    step()
    const result = await effect()
    step()
    return result
  }
  return {
    ...services,
    store: crashingStore(services.store, around),
    blobs: crashingBlobs(services.blobs, around),
    lines: services.lines.map((line) => crashingLine(line, step)),
  }
}

type Around = <T>(effect: () => Promise<T>) => Promise<T>

function crashingStore(store: Store, around: Around): Store {
  return {
    asAccount: (scope, work, options) => around(() => store.asAccount(scope, work, options)),
    asSystem: (work, options) => around(() => store.asSystem(work, options)),
  }
}

function crashingBlobs(blobs: Blobs, around: Around): Blobs {
  return {
    put: (key, source, options) => around(() => blobs.put(key, source, options)),
    get: (key, range) => blobs.get(key, range),
    head: (key) => blobs.head(key),
    delete: (key) => around(() => blobs.delete(key)),
    list: (folder) => blobs.list(folder),
  }
}

/** Dies also between the line's steps and our hearing of them. */
function crashingLine(line: Line, step: () => void): Line {
  const heard = (observer: CallObserver): CallObserver => ({
    async connected() {
      step()
      await observer.connected()
    },
    async pageSending(page, final) {
      step()
      await observer.pageSending(page, final)
    },
    async pageConfirmed(page) {
      step()
      await observer.pageConfirmed(page)
    },
  })
  return {
    ...line,
    async place(call, observer, signal) {
      step()
      const end = await line.place(call, heard(observer), signal)
      step()
      return end
    },
  }
}

/** What the machine at the far end knows: which faxes' closing pages it confirmed, and how often. */
export class FarEnd {
  readonly closingConfirmations = new Map<string, number>()

  /** The line with the far end's own records, which no crash of ours can lose. */
  recording(line: Line): Line {
    return {
      ...line,
      place: (call, observer, signal) => {
        const fax = call.to
        const lastPage = call.pages.at(-1)?.number
        const recorded: CallObserver = {
          connected: () => observer.connected(),
          pageSending: (page, final) => observer.pageSending(page, final),
          pageConfirmed: (page) => {
            if (page === lastPage) {
              this.closingConfirmations.set(fax, (this.closingConfirmations.get(fax) ?? 0) + 1)
            }
            return observer.pageConfirmed(page)
          },
        }
        return line.place(call, recorded, signal)
      },
    }
  }
}
