/** Durations and counts of a full run (some twelve minutes on a quiet machine) and of a quick one, which only shows that the bench works. */

export interface FanOutPlan {
  /** The number of rounds. They are long. */
  readonly rounds: number;
  /** Sessions with one subscription each, for its memory and for the herd. */
  readonly sessions: number;
  /** Subscribers of one channel. Rising. */
  readonly subscribers: readonly number[];
  /** Publications in one turn of the event loop. */
  readonly perTick: readonly number[];
  /** The size of a publication's data. The other libraries run only with the first. */
  readonly bytes: readonly number[];
  /** Channels with ten subscribers each. 0: not measured. */
  readonly channels: number;
  /** Sessions that share these channels. */
  readonly channelSessions: number;
  /** Before each measurement, so that the measured code is compiled: compiled code of the library is from the beginning. */
  readonly warmSeconds: number;
  readonly seconds: number;
}

export interface ScalePlan {
  /** The number of rounds. */
  readonly rounds: number;
  /** Subscribers of one channel, half of them on each server. */
  readonly subscribers: number;
  /** Channels that one server follows while it is cut off from Redis. Above 100, a multiple of 100. */
  readonly channels: number;
  /** Sessions that share these channels. A session may have 128. */
  readonly channelSessions: number;
  readonly warmSeconds: number;
  readonly seconds: number;
  /** How long publications to one subscriber of the other server are timed. */
  readonly remoteSeconds: number;
}

export interface Plan {
  readonly mode: 'full' | 'quick';
  /** The number of rounds. */
  readonly rounds: number;
  /** Connections that send messages. */
  readonly talking: number;
  readonly warmSeconds: number;
  readonly echoSeconds: number;
  readonly latencySeconds: number;
  /** Messages a second. */
  readonly rates: readonly number[];
  readonly loginWarmSeconds: number;
  readonly logins: number;
  /** Sign-ins before those of `compiledLogins`: after them V8 compiles no more. A multiple of `logins`, as the next one. */
  readonly loginsToCompile: number;
  readonly compiledLogins: number;
  readonly idle: readonly number[];
  /** Idle sessions beside the connections that send messages. */
  readonly beside: { readonly few: number; readonly many: number };
  /** Long enough for several heartbeats of the idle sessions. */
  readonly besideSeconds: number;
  readonly fanOut: FanOutPlan;
  readonly scale: ScalePlan;
  readonly stepSeconds: number;
  /** How often a machine step is timed per visit, each time for `stepSeconds`. The shortest time counts. */
  readonly stepTries: number;
}

export function fullPlan(perProcess: number): Plan {
  return {
    mode: 'full',
    rounds: 5,
    talking: 32,
    warmSeconds: 0.5,
    echoSeconds: 0.4,
    latencySeconds: 0.7,
    rates: [1_000, 20_000],
    loginWarmSeconds: 0.7,
    logins: 800,
    loginsToCompile: 5_600,
    compiledLogins: 2_400,
    idle: [1_000, Math.min(10_000, perProcess)],
    beside: { few: 100, many: perProcess },
    besideSeconds: 2,
    fanOut: {
      rounds: 3,
      sessions: Math.min(10_000, perProcess),
      subscribers: [1, 100, 1_000, Math.min(10_000, perProcess)],
      perTick: [1, 10],
      bytes: [100, 1_024],
      channels: 10_000,
      channelSessions: 1_000,
      warmSeconds: 0.2,
      seconds: 0.2,
    },
    scale: {
      rounds: 3,
      subscribers: 1_000,
      channels: 10_000,
      channelSessions: 100,
      warmSeconds: 0.5,
      seconds: 0.5,
      remoteSeconds: 1,
    },
    stepSeconds: 0.3,
    stepTries: 1,
  };
}

export const quickPlan: Plan = {
  mode: 'quick',
  rounds: 2,
  talking: 4,
  warmSeconds: 0.05,
  echoSeconds: 0.1,
  latencySeconds: 0.2,
  rates: [500, 1_000],
  loginWarmSeconds: 0,
  logins: 80,
  loginsToCompile: 80,
  compiledLogins: 80,
  idle: [500],
  beside: { few: 10, many: 200 },
  besideSeconds: 0.3,
  fanOut: {
    rounds: 2,
    sessions: 200,
    subscribers: [1, 20],
    perTick: [1, 10],
    bytes: [100],
    channels: 40,
    channelSessions: 20,
    warmSeconds: 0.01,
    seconds: 0.05,
  },
  scale: {
    rounds: 2,
    subscribers: 20,
    channels: 200,
    channelSessions: 4,
    warmSeconds: 0.05,
    seconds: 0.1,
    remoteSeconds: 0.2,
  },
  stepSeconds: 0.02,
  stepTries: 1,
};

/** `--compare`: about five minutes on two idle cores, with the build of the other revision. */
export const comparePlan: Plan = {
  mode: 'full',
  rounds: 7,
  talking: 32,
  warmSeconds: 0.5,
  echoSeconds: 0.5,
  latencySeconds: 0,
  rates: [],
  loginWarmSeconds: 0.7,
  logins: 800,
  loginsToCompile: 5_600,
  compiledLogins: 2_400,
  idle: [3_000],
  beside: { few: 0, many: 0 },
  besideSeconds: 0,
  fanOut: {
    rounds: 3,
    sessions: 3_000,
    subscribers: [1_000],
    perTick: [1, 10],
    bytes: [100],
    channels: 1_000,
    channelSessions: 100,
    warmSeconds: 0.3,
    seconds: 0.4,
  },
  // Not measured.
  scale: quickPlan.scale,
  // Short, so that some of them run undisturbed on a busy machine.
  stepSeconds: 0.01,
  stepTries: 50,
};

/** `--compare --quick`: about a minute. A change of less than some ten per cent does not show. */
export const quickComparePlan: Plan = {
  ...comparePlan,
  mode: 'quick',
  rounds: 2,
  warmSeconds: 0.3,
  echoSeconds: 0.2,
  loginWarmSeconds: 0.3,
  logins: 400,
  loginsToCompile: 5_600,
  compiledLogins: 1_200,
  idle: [2_000],
  fanOut: { ...comparePlan.fanOut, rounds: 2, sessions: 1_000, channels: 0, warmSeconds: 0.1, seconds: 0.2 },
  stepTries: 20,
};

/** The plan with this number of rounds in all parts that have no bound of their own. */
export function withRounds(plan: Plan, rounds: number | undefined): Plan {
  return rounds === undefined
    ? plan
    : { ...plan, rounds, fanOut: { ...plan.fanOut, rounds }, scale: { ...plan.scale, rounds } };
}
