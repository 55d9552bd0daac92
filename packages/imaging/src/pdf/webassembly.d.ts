/** The part of the WebAssembly JavaScript interface used here; TypeScript ships it only with the browser's library. */
declare namespace WebAssembly {
  type Imports = Record<string, Record<string, unknown>>
  class Module {
    static imports(
      module: Module,
    ): readonly { readonly module: string; readonly name: string; readonly kind: string }[]
    private readonly brand: 'WebAssembly.Module'
    constructor(bytes: Uint8Array<ArrayBuffer>)
  }
  class Memory {
    constructor(limits: { readonly initial: number; readonly maximum?: number })
    readonly buffer: ArrayBuffer
    grow(pages: number): number
  }
  class Table {
    readonly length: number
    grow(by: number): number
    set(index: number, value: (...values: number[]) => unknown): void
  }
  class Instance {
    constructor(module: Module, imports: Imports)
    readonly exports: Record<string, unknown>
  }
  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>
}
