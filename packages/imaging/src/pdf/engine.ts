/**
 * The PDF engine: PDFium compiled to WebAssembly, with its memory capped and its file system taken away.
 *
 * The module is compiled once a process and the compiled code is shared by the render workers; each worker has an
 * instance (a heap) of its own.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { init } from '@embedpdf/pdfium'
import { replaceSlowLoops } from './faster-loops.ts'
import { type Kernels, startKernels } from './kernels.ts'
import { capMemory } from './memory-cap.ts'

/** The C functions used here. Pointers and handles are numbers; C booleans come back as 0 or 1. */
export interface PdfiumCalls {
  malloc(bytes: number): number
  free(pointer: number): void
  PDFiumExt_Init(): void
  PDFiumExt_OpenFormFillInfo(): number
  PDFiumExt_CloseFormFillInfo(info: number): void
  PDFiumExt_InitFormFillEnvironment(document: number, info: number): number
  PDFiumExt_ExitFormFillEnvironment(form: number): void
  FORM_OnAfterLoadPage(page: number, form: number): void
  FORM_OnBeforeClosePage(page: number, form: number): void
  FPDF_SetFormFieldHighlightAlpha(form: number, alpha: number): void
  FPDF_FFLDraw(
    form: number,
    bitmap: number,
    page: number,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void
  FPDF_LoadMemDocument(data: number, size: number, password: number): number
  FPDF_CloseDocument(document: number): void
  FPDF_GetLastError(): number
  FPDF_GetPageCount(document: number): number
  FPDF_GetPageSizeByIndexF(document: number, index: number, size: number): number
  FPDF_LoadPage(document: number, index: number): number
  FPDF_ClosePage(page: number): void
  FPDF_RenderPageBitmap(
    bitmap: number,
    page: number,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void
  FPDFBitmap_CreateEx(width: number, height: number, format: number, scan0: number, stride: number): number
  FPDFBitmap_Destroy(bitmap: number): void
  FPDFBitmap_GetBuffer(bitmap: number): number
  FPDFBitmap_GetFormat(bitmap: number): number
  FPDFBitmap_GetWidth(bitmap: number): number
  FPDFBitmap_GetHeight(bitmap: number): number
  FPDFBitmap_GetStride(bitmap: number): number
  FPDF_PageToDevice(
    page: number,
    left: number,
    top: number,
    width: number,
    height: number,
    rotate: number,
    x: number,
    y: number,
    deviceX: number,
    deviceY: number,
  ): number
  FPDFPage_CountObjects(page: number): number
  FPDFPage_GetObject(page: number, index: number): number
  FPDFPage_GetAnnotCount(page: number): number
  FPDFFormObj_CountObjects(form: number): number
  FPDFFormObj_GetObject(form: number, index: number): number
  FPDFPageObj_GetType(object: number): number
  FPDFPageObj_GetMatrix(object: number, matrix: number): number
  FPDFPageObj_GetBounds(object: number, left: number, bottom: number, right: number, top: number): number
  FPDFPageObj_GetFillColor(object: number, red: number, green: number, blue: number, alpha: number): number
  FPDFPageObj_GetStrokeColor(object: number, red: number, green: number, blue: number, alpha: number): number
  FPDFPageObj_GetStrokeWidth(object: number, width: number): number
  FPDFPath_GetDrawMode(path: number, fillMode: number, stroke: number): number
  FPDFPath_CountSegments(path: number): number
  FPDFPath_GetPathSegment(path: number, index: number): number
  FPDFPathSegment_GetPoint(segment: number, x: number, y: number): number
  FPDFPathSegment_GetType(segment: number): number
  FPDFText_LoadPage(page: number): number
  FPDFText_ClosePage(textPage: number): void
  FPDFTextObj_GetText(object: number, textPage: number, buffer: number, bytes: number): number
  FPDFTextObj_GetTextRenderMode(object: number): number
  FPDFImageObj_GetImagePixelSize(image: number, width: number, height: number): number
  FPDFImageObj_GetImageMetadata(image: number, page: number, metadata: number): number
  FPDFImageObj_GetBitmap(image: number): number
  FPDFImageObj_GetRenderedBitmap(document: number, page: number, image: number): number
}

/** Room for the out-parameters of one call. */
const SCRATCH_BYTES = 64

export interface PdfEngine {
  readonly calls: PdfiumCalls
  readonly kernels: Kernels
  /** The heap as it is now. Memory growth detaches it: read it again after every call that can allocate. */
  heap(): Uint8Array
  heapBytes(): number
  /** Calls `read` with a pointer to room for up to 16 floats, and returns them, or undefined when it answers 0. */
  floats(count: number, read: (pointer: number) => number): readonly number[] | undefined
  /** The same for 32-bit integers. */
  integers(count: number, read: (pointer: number) => number): readonly number[] | undefined
}

/** Compiles PDFium with its memory capped at `heapCapMb` mebibytes. */
export function compileEngine(heapCapMb: number): Promise<WebAssembly.Module> {
  const path = createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm')
  return WebAssembly.compile(capMemory(replaceSlowLoops(readFileSync(path)), heapCapMb * 2 ** 20))
}

/** What the Emscripten glue lets a caller replace and reach; its own typings leave these out. */
interface GlueOverrides {
  readonly print: (text: string) => void
  readonly printErr: (text: string) => void
  readonly instantiateWasm: (
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance) => void,
  ) => object
}
interface Glue {
  readonly HEAPU8: Uint8Array
  readonly wasmExports: PdfiumCalls
}
const startGlue = init as unknown as (overrides: GlueOverrides) => Promise<{ readonly pdfium: Glue }>

/** An instance with a heap of its own. After any call throws, the instance must not be used again. */
export async function startEngine(module: WebAssembly.Module): Promise<PdfEngine> {
  let kernels: Kernels | undefined
  const { pdfium } = await startGlue({
    // The glue reports to the console by default, and what it says may quote the document.
    print: () => undefined,
    printErr: () => undefined,
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(module, withoutFiles(imports))
      kernels = installKernels(instance)
      // The glue goes on defining its functions after this returns; it must not start before that.
      queueMicrotask(() => done(instance))
      return {}
    },
  })
  const calls = pdfium.wasmExports
  calls.PDFiumExt_Init()
  const scratch = calls.malloc(SCRATCH_BYTES)
  return {
    calls,
    kernels: kernels!,
    heap: () => pdfium.HEAPU8,
    heapBytes: () => pdfium.HEAPU8.length,
    floats: (count, read) =>
      read(scratch) === 0 ? undefined : [...new Float32Array(pdfium.HEAPU8.buffer, scratch, count)],
    integers: (count, read) =>
      read(scratch) === 0 ? undefined : [...new Int32Array(pdfium.HEAPU8.buffer, scratch, count)],
  }
}

/** Puts the replaced loops where the engine's code calls them: behind the functions it came with. */
function installKernels({ exports }: WebAssembly.Instance): Kernels {
  const kernels = startKernels(exports.memory as WebAssembly.Memory)
  const table = exports.__indirect_function_table as WebAssembly.Table
  const slot = table.grow(2)
  table.set(slot, kernels.addPixels)
  table.set(slot + 1, kernels.paintRow)
  return kernels
}

const WASI_BAD_DESCRIPTOR = 8
const NO_SUCH_FILE = -44

/** The glue's imports with every file operation failing, so that no bug inside can reach even the in-memory files. */
export function withoutFiles(imports: WebAssembly.Imports): WebAssembly.Imports {
  return Object.fromEntries(
    Object.entries(imports).map(([space, members]) => [
      space,
      Object.fromEntries(Object.entries(members).map(([name, value]) => [name, fileStub(name) ?? value])),
    ]),
  )
}

function fileStub(name: string): (() => number) | undefined {
  if (name.startsWith('__syscall_')) return () => NO_SUCH_FILE
  if (name.startsWith('fd_')) return () => WASI_BAD_DESCRIPTOR
  return undefined
}
