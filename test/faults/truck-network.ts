// A broker at the other end of a network that the test can break: Mosquitto in a network namespace of its own, on a cable
// (veth) to this one. The test itself listens through a socket file, past all faults. Needs root.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { MqttClient } from 'mqtt';
import { hasProgram } from '../firmware-bridge/peer-program.js';

const PORT = 1883;

function run(command: string, ...parameters: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, parameters, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${parameters.join(' ')}: ${stderr}`);
  return stdout;
}

/** Whether a network of one's own can be made here. */
export function canMakeNetworks(): boolean {
  if (process.getuid?.() !== 0) {
    console.warn('skipped: only root makes network namespaces');
    return false;
  }
  if (!hasProgram('ip', 'iproute2') || !hasProgram('nft', 'nftables') || !hasProgram('mosquitto'))
    return false;
  const name = `coldgate-try-${process.pid}`;
  const isMade = spawnSync('ip', ['netns', 'add', name], { stdio: 'ignore' }).status === 0;
  if (isMade) run('ip', 'netns', 'del', name);
  else console.warn('skipped: this machine makes no network namespaces');
  return isMade;
}

export class TruckNetwork {
  /** Of the broker, as the gateway has it. */
  readonly url: string;
  readonly #name = `coldgate-${process.pid}`;
  readonly #cable = `cg${process.pid}`.slice(0, 12);
  readonly #folder: string;
  readonly #address: string;
  #broker: ChildProcess | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    // 198.18.0.0/15 is for tests of networks (RFC 2544); one link of it for each process.
    const [high, low] = [Math.floor(process.pid / 64) % 256, (process.pid % 64) * 4];
    this.#address = `198.18.${high}.${low + 2}`;
    this.url = `mqtt://${this.#address}:${PORT}`;
    run('ip', 'netns', 'add', this.#name);
    run('ip', 'link', 'add', this.#cable, 'type', 'veth', 'peer', 'name', 'cable', 'netns', this.#name);
    run('ip', 'addr', 'add', `198.18.${high}.${low + 1}/30`, 'dev', this.#cable);
    run('ip', 'link', 'set', this.#cable, 'up');
    this.#inside('ip', 'addr', 'add', `${this.#address}/30`, 'dev', 'cable');
    this.#inside('ip', 'link', 'set', 'cable', 'up');
    this.#inside('ip', 'link', 'set', 'lo', 'up');
    this.#inside('nft', 'add', 'table', 'inet', 'truck');
    this.#inside('nft', 'add chain inet truck count { type filter hook input priority -10; }');
    this.#inside('nft', 'add chain inet truck in { type filter hook input priority 0; }');
    this.#inside('nft', 'add chain inet truck out { type filter hook output priority 0; }');
    this.#inside('nft', 'add counter inet truck asked');
    this.#inside('nft', `add rule inet truck count tcp dport ${PORT} tcp flags == syn counter name asked`);
    mkdirSync(join(folder, 'broker'));
    writeFileSync(
      join(folder, 'mosquitto.conf'),
      `listener ${PORT} ${this.#address}\nlistener 0 ${this.#socket}\nallow_anonymous true\nuser root\nlog_type none\n` +
        `persistence true\npersistence_location ${join(folder, 'broker')}/\nmax_queued_messages 0\n`,
    );
  }

  /** SYN packets that came to the broker's machine: connections that were tried, and their repetitions. */
  get asked(): number {
    const [, packets = '0'] =
      /packets (\d+)/.exec(this.#inside('nft', 'list counter inet truck asked')) ?? [];
    return Number(packets);
  }

  startBroker(): void {
    this.#broker = spawn('ip', ['netns', 'exec', this.#name, 'mosquitto', '-c', this.#config], {
      stdio: 'ignore',
    });
  }

  /** In order: it keeps what its subscriber has not got. */
  async stopBroker(): Promise<void> {
    const broker = this.#broker;
    if (!broker || broker.exitCode !== null) return;
    const ended = once(broker, 'exit');
    broker.kill('SIGCONT');
    broker.kill('SIGTERM');
    await ended;
  }

  freezeBroker(): void {
    this.#broker?.kill('SIGSTOP');
  }

  thawBroker(): void {
    this.#broker?.kill('SIGCONT');
  }

  pullCable(): void {
    this.#inside('ip', 'link', 'set', 'cable', 'down');
  }

  plugCable(): void {
    this.#inside('ip', 'link', 'set', 'cable', 'up');
  }

  /** What a rule of nft does with all packets of the broker's port, such as `drop`. */
  filter(verdict: string): void {
    this.#inside('nft', `add rule inet truck in tcp dport ${PORT} ${verdict}`);
    if (!verdict.includes('reject'))
      this.#inside('nft', `add rule inet truck out tcp sport ${PORT} ${verdict}`);
  }

  unfilter(): void {
    this.#inside('nft', 'flush chain inet truck in');
    this.#inside('nft', 'flush chain inet truck out');
  }

  slow(kilobitsPerSecond: number): void {
    const rate = ['rate', `${kilobitsPerSecond}kbit`, 'burst', '4kb', 'latency', '400ms'];
    run('tc', 'qdisc', 'replace', 'dev', this.#cable, 'root', 'tbf', ...rate);
  }

  unslow(): void {
    spawnSync('tc', ['qdisc', 'del', 'dev', this.#cable, 'root'], { stdio: 'ignore' });
  }

  /** A subscriber at the broker, whose session is kept. */
  listen(clientId: string): MqttClient {
    const options = { clientId, clean: false, reconnectPeriod: 200, resubscribe: true };
    return new MqttClient(() => createConnection(this.#socket), options);
  }

  async close(): Promise<void> {
    await this.stopBroker();
    spawnSync('ip', ['netns', 'del', this.#name], { stdio: 'ignore' });
    spawnSync('ip', ['link', 'del', this.#cable], { stdio: 'ignore' });
  }

  get #config(): string {
    return join(this.#folder, 'mosquitto.conf');
  }

  get #socket(): string {
    return join(this.#folder, 'mosquitto.sock');
  }

  #inside(command: string, ...parameters: string[]): string {
    return run('ip', 'netns', 'exec', this.#name, command, ...parameters);
  }
}
