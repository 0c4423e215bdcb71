/** The part of WebAssembly that the engine needs; the types of Node do not have it. Stage: code. */

export interface WasmMemory {
  readonly buffer: ArrayBuffer
  /** Throws at the maximum. */
  grow(pages: number): number
}

interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => { readonly exports: object }
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => WasmMemory
}

export const { Module: WasmModule, Instance: WasmInstance, Memory: WasmMemoryOf } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly
