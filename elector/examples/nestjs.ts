// NestJS: the election as a module, for `imports` of the AppModule, and `app.enableShutdownHooks()` in main.ts, so that SIGTERM hands over.
// `npm install k8s-leader-elector @nestjs/schedule @nestjs/terminus`
import { Controller, Get, Injectable, Logger, Module } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Cron, ScheduleModule } from '@nestjs/schedule';
import { HealthCheck, HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { LeaderElector, LeaseLock } from 'k8s-leader-elector';

@Injectable()
export class ReportService {
  constructor(private readonly elector: LeaderElector) {}

  /** Every second, on one pod only, none before the one before has ended. What it throws is logged by @nestjs/schedule. */
  @Cron('* * * * * *', { waitForCompletion: true })
  report() {
    return this.elector.whileLeading(() => console.log(`${this.elector.identity} works`));
  }
}

/** For the readiness probe. */
@Controller('readyz')
export class ReadinessController {
  constructor(
    private readonly elector: LeaderElector,
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  @Get()
  @HealthCheck()
  check() {
    return this.health.check([() => this.election()]);
  }

  private election() {
    const because = this.elector.notReadyBecause;
    const indicator = this.indicators.check('election');
    return because === null ? indicator.up() : indicator.down(because);
  }
}

/** Whoever imports it can have the `LeaderElector` injected, to ask it who leads. */
@Module({
  imports: [ScheduleModule.forRoot(), TerminusModule],
  controllers: [ReadinessController],
  providers: [
    ReportService,
    {
      provide: LeaderElector,
      useFactory: () =>
        new LeaderElector({
          lock: new LeaseLock({ name: 'my-service' }),
          leaseDuration: 15,
          log: new Logger('LeaderElection'),
        }),
    },
  ],
  exports: [LeaderElector],
})
export class ElectionModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger(ElectionModule.name);
  private readonly stopping = new AbortController();
  private run: Promise<void> = Promise.resolve();

  constructor(private readonly elector: LeaderElector) {}

  onApplicationBootstrap() {
    this.run = this.elector.run(this.stopping.signal).catch((error: unknown) => this.end(error));
  }

  /** There are no credentials, say: the application closes as on SIGTERM, and Kubernetes starts the container again. */
  private end(error: unknown) {
    this.log.error(`the election has ended: ${String(error)}`);
    process.kill(process.pid, 'SIGTERM');
  }

  /** Before connections are waited for: it ends when the work that is under way has ended, and another pod leads at once. */
  async beforeApplicationShutdown() {
    this.stopping.abort();
    await this.run;
  }
}
