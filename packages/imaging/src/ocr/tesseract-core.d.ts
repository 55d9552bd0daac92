/** The part of tesseract.js-core used here; the package has no types. Emscripten's conventions: numbers for booleans. */
declare module 'tesseract.js-core/tesseract-core-simd-lstm.js' {
  interface TessBaseApi {
    /** `null` is the folder the program runs in; 1 is the LSTM engine alone. 0 when it went well. */
    Init(dataPath: null, language: string, engineMode: 1): number
    SetVariable(name: string, value: string): number
    /** Reads `/input`; 0 when it is a picture. The arguments: EXIF orientation, radians to turn by. */
    SetImageFile(exif: 1, angle: 0): number
    Recognize(monitor: null): number
    GetTSVText(page: 0): string
    Clear(): void
  }
  interface TesseractModule {
    readonly FS: { writeFile(path: string, data: Uint8Array): void; unlink(path: string): void }
    readonly TessBaseAPI: new () => TessBaseApi
  }
  export default function start(settings: {
    readonly wasmBinary: Uint8Array
    readonly TesseractProgress: (percent: number) => void
    readonly print: (line: string) => void
    readonly printErr: (line: string) => void
  }): Promise<TesseractModule>
}
