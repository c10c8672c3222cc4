import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { onTestFinished, vi } from 'vitest';

/** A proxy that leads every tunnel to `target`, or answers with `status` instead. Set as the proxy of this process. */
export async function aProxy(
  target: string,
  status = 200,
): Promise<{ readonly tunnels: string[]; readonly heads: string[] }> {
  const tunnels: string[] = [];
  const heads: string[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    tunnels.push(request.url ?? '');
    heads.push(JSON.stringify(request.headers));
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const onward = connect(Number(new URL(target).port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [onward, socket]) end.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const proxy = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'])
    vi.stubEnv(name, proxy);
  for (const name of ['NO_PROXY', 'no_proxy']) vi.stubEnv(name, '');
  return { tunnels, heads };
}
