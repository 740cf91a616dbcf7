/** The plots of the README: their figures and their files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contenders } from './contenders.ts';
import { fanOutContenders } from './fan-out-contenders.ts';
import { rate, small } from './parts/echo.ts';
import { deliveryCost } from './parts/fanout.ts';
import { resident } from './parts/idle.ts';
import { latencyAt } from './parts/latency.ts';
import { loginCost } from './parts/login.ts';
import { stepTime } from './parts/step.ts';
import type { PartResults } from './results.ts';
import type { Figure } from './sample.ts';

interface Plotted {
  readonly file: string;
  readonly figure: Figure;
  readonly title: string;
  /** For figures with a largest value that is many times the smallest. */
  readonly isLogarithmic?: boolean;
}

const PLOTTED_SUBSCRIBERS = 1_000;

/** By part. */
function plotsOf(part: string, { plan }: PartResults): readonly Plotted[] {
  switch (part) {
    case 'echo':
      return [
        { file: 'echo', figure: rate({ ...small, inFlight: 16 }), title: 'Echoes of 32 bytes, one core' },
      ];
    case 'latency':
      // The higher rate is for the servers that are compared in earnest.
      return plan.rates.map((perSecond, index) => ({
        file: index === 0 ? 'latency' : 'latency-high',
        figure: latencyAt(perSecond, 'p99'),
        title: `99 of 100 echoes come within, at ${perSecond} messages/s`,
        isLogarithmic: true,
      }));
    case 'login':
      return [{ file: 'login', figure: loginCost, title: 'CPU time of a sign-in' }];
    case 'idle':
      return plan.idle.slice(0, 1).map((sessions) => ({
        file: 'memory',
        figure: resident(sessions),
        title: `Memory of a session that says nothing, ${sessions} of them`,
      }));
    case 'fanout':
      return plan.fanOut.perTick.map((perTick) => {
        const { subscribers, bytes } = plan.fanOut;
        const shown = subscribers.findLast((count) => count <= PLOTTED_SUBSCRIBERS) ?? 1;
        return {
          file: perTick === 1 ? 'fan-out' : `fan-out-${perTick}`,
          figure: deliveryCost(shown, perTick, bytes[0] ?? 0),
          title: `CPU time of a delivery, ${shown} subscribers, ${perTick} a tick`,
        };
      });
    case 'step':
      return [{ file: 'step', figure: stepTime, title: 'One step of the machine', isLogarithmic: true }];
    default:
      return [];
  }
}

/** Draws the plots of a part. It loads the chart library, which is large, only when there is something to draw. */
export async function writePlots(folder: string, part: string, results: PartResults): Promise<void> {
  const { svgOf } = await import('./chart.ts');
  for (const { file, figure, title, isLogarithmic = false } of plotsOf(part, results)) {
    const summary = results.summaries.find((candidate) => candidate.figure.name === figure.name);
    if (!summary || summary.rows.length === 0) continue;
    const svg = svgOf({ title, label: figure.unit, rows: summary.rows, kindOf, isLogarithmic });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${file}.svg`), svg);
  }
}

/** The kind of a row. Rows that are not servers are steps of a machine; one of them is ours. */
function kindOf(name: string): string {
  const kind = [...contenders, ...fanOutContenders].find((contender) => contender.name === name)?.kind;
  return kind ?? (name.startsWith('compiled') ? 'ours' : name.startsWith('switch') ? 'control' : 'peer');
}
