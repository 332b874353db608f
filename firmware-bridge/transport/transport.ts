// A byte pipe to one device, whatever carries it. Filled by serial-transport.ts and tcp-transport.ts.

export interface Transport {
  /** The path or URL as configured. */
  readonly path: string;
  /** Why another program is not kept away from the port; absent where one is, and over TCP. */
  readonly unlockedReason?: string | undefined;
  /** Resolves when the bytes are handed to the system. Rejects with BridgeError PORT_CLOSED or PORT_STALLED. */
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves when the port may be opened again. Never rejects; closing twice is harmless. */
  close(): Promise<void>;
  /** One listener. Reading starts with it: an unplug is noticed only while a read is pending. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** One listener, called once when the port goes away by itself; at once if it is gone already. */
  onClose(listener: (reason: string) => void): void;
}

/** Opens a fresh connection each time. Rejects with BridgeError; an abort of `signal` gives up. */
export type OpenTransport = (signal?: AbortSignal) => Promise<Transport>;
