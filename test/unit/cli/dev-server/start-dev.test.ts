import { describe, expect, it } from 'vitest';
import { FAST_DEV_SERVER } from '../../../../cli/dev-server/fast-dev-server.js';
import { startDevArguments } from '../../../../cli/dev-server/start-dev.js';

const settings = { namespace: 'default', extraArgs: [] };

describe('startDevArguments', () => {
  it('binds the loopback interface alone and has no web interface unless asked', () => {
    expect(startDevArguments(settings, { grpc: 4_000, ui: undefined })).toEqual(
      'server start-dev --ip 127.0.0.1 --port 4000 --namespace default --log-level error --headless'.split(
        ' ',
      ),
    );
  });

  it('serves the web interface on the port it was given', () => {
    const line = startDevArguments(settings, { grpc: 4_000, ui: 5_000 }).join(' ');
    expect(line).toContain('--ui-port 5000');
    expect(line).not.toContain('--headless');
  });

  it('hands over further arguments at the end, such as those that lift the pace', () => {
    const line = startDevArguments(
      { ...settings, extraArgs: FAST_DEV_SERVER },
      { grpc: 1, ui: undefined },
    ).join(' ');
    expect(line).toMatch(/ --dynamic-config-value history\.visibilityProcessorMaxPollRPS=10000$/);
    expect(line).toContain('history.transferProcessorMaxPollRPS=10000');
    expect(line).toContain('history.timerProcessorMaxPollRPS=10000');
  });
});
