/** A service as the Engine API has it, as far as the stand-in serves it. Durations are in nanoseconds. */

type Maybe<T> = T | null | undefined;
type Texts = Maybe<readonly string[]>;
type TextMap = Maybe<Record<string, string>>;

export interface Service {
  readonly ID: string;
  readonly Version: { readonly Index: number };
  readonly Spec: Spec;
  /** What the swarm made of the spec's endpoint; its mode is missing until it has. */
  readonly Endpoint?: {
    readonly Spec?: { readonly Mode?: string };
    readonly Ports?: Maybe<Port[]>;
  };
  readonly UpdateStatus?: { readonly State?: string; readonly Message?: string };
}

export interface Spec {
  readonly Name: string;
  readonly Labels: TextMap;
  readonly TaskTemplate: TaskSpec;
  readonly Mode: {
    readonly Replicated?: { readonly Replicas?: number };
    readonly Global?: object;
  };
  readonly UpdateConfig?: Strategy;
  readonly RollbackConfig?: Strategy;
  readonly EndpointSpec?: { readonly Mode: Maybe<string>; readonly Ports: Maybe<readonly Port[]> };
}

export interface TaskSpec {
  readonly ContainerSpec: ContainerSpec;
  readonly Resources?: { readonly Limits?: Maybe<Amounts>; readonly Reservations?: Maybe<Amounts> };
  readonly RestartPolicy?: {
    readonly Condition: Maybe<string>;
    readonly Delay: Maybe<number>;
    readonly MaxAttempts: Maybe<number>;
    readonly Window: Maybe<number>;
  };
  readonly Placement?: Placement;
  readonly Networks?: Maybe<
    readonly {
      readonly Target: Maybe<string>;
      readonly Aliases: Texts;
      readonly DriverOpts: TextMap;
    }[]
  >;
  readonly LogDriver?: { readonly Name: string; readonly Options: TextMap };
  readonly ForceUpdate: Maybe<number>;
  readonly Runtime: Maybe<string>;
}

export interface Placement {
  readonly Constraints: Texts;
  readonly Preferences: Maybe<
    readonly { readonly Spread: { readonly SpreadDescriptor: string } }[]
  >;
  readonly MaxReplicas: Maybe<number>;
  readonly Platforms: Maybe<readonly Platform[]>;
}

export interface Platform {
  readonly Architecture: string;
  readonly OS: string;
}

export interface ContainerSpec {
  readonly Image: string;
  readonly Labels: TextMap;
  readonly Command: Texts;
  readonly Args: Texts;
  readonly Env: Texts;
  readonly Dir: Maybe<string>;
  readonly User: Maybe<string>;
  readonly Groups: Texts;
  readonly Hostname: Maybe<string>;
  /** `ADDRESS NAME` */
  readonly Hosts: Texts;
  readonly DNSConfig?: {
    readonly Nameservers: Texts;
    readonly Search: Texts;
    readonly Options: Texts;
  };
  readonly Mounts: Maybe<readonly Mount[]>;
  readonly ReadOnly: Maybe<boolean>;
  readonly Init: Maybe<boolean>;
  readonly Isolation: Maybe<string>;
  readonly Sysctls: TextMap;
  readonly CapabilityAdd: Texts;
  readonly CapabilityDrop: Texts;
  readonly StopSignal: Maybe<string>;
  readonly StopGracePeriod: Maybe<number>;
  readonly Healthcheck?: {
    readonly Test: Texts;
    readonly Interval: Maybe<number>;
    readonly Timeout: Maybe<number>;
    readonly StartPeriod: Maybe<number>;
    readonly Retries: Maybe<number>;
  };
}

export interface Mount {
  readonly Type: string;
  readonly Target: string;
  readonly Source: Maybe<string>;
  readonly ReadOnly: Maybe<boolean>;
  readonly BindOptions?: { readonly Propagation: Maybe<string> };
  readonly VolumeOptions?: {
    readonly NoCopy: Maybe<boolean>;
    readonly Labels: TextMap;
    readonly DriverConfig?: { readonly Name: Maybe<string>; readonly Options: TextMap };
  };
  readonly TmpfsOptions?: { readonly SizeBytes: Maybe<number>; readonly Mode: Maybe<number> };
}

export interface Amounts {
  readonly MemoryBytes: Maybe<number>;
  readonly NanoCPUs: Maybe<number>;
}

export interface Strategy {
  readonly Parallelism: Maybe<number>;
  readonly Delay: Maybe<number>;
  readonly FailureAction: Maybe<string>;
  readonly Monitor: Maybe<number>;
  readonly MaxFailureRatio: Maybe<number>;
  readonly Order: Maybe<string>;
}

export interface Port {
  readonly Name: Maybe<string>;
  readonly Protocol: Maybe<string>;
  readonly TargetPort: number;
  readonly PublishedPort: Maybe<number>;
  readonly PublishMode: Maybe<string>;
}

export interface Task {
  readonly ID: string;
  readonly ServiceID?: string;
  readonly Slot?: number;
  readonly NodeID?: string;
  readonly DesiredState: string;
  readonly Status: { readonly State: string; readonly Message?: string; readonly Err?: string };
}
