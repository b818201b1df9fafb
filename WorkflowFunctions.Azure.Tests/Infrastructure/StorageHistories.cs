using DurableTask.AzureStorage;
using DurableTask.Core;
using DurableTask.Core.Exceptions;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing.Sidecar.Grpc;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Hosting;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using WorkflowFunctions.Tests.Infrastructure;
using P = Microsoft.DurableTask.Protobuf;

namespace WorkflowFunctions.Azure.Tests.Infrastructure;

/// <summary>
/// In Azure Storage, run by Durable Task's own dispatcher: what the Functions host has. The dispatcher of the test host does not do for
/// that: when an orchestration goes on as new it drops the events that are kept, and does not say which generation it came from, so that
/// Azure Storage never delivers what came too early for the next one.
/// </summary>
/// <param name="connectionString">The account.</param>
/// <param name="hub">The name of the task hub: letters and digits. The next app on it goes on with what it has.</param>
/// <param name="inHand">
/// How long what a killed worker had in hand stays invisible, and its partition taken. A minute if it is null, as in <c>host.json</c>: a
/// busy machine must not take what it works on for lost.
/// </param>
public sealed class StorageHistories(string connectionString, string hub, TimeSpan? inHand = null) : Histories
{
    public override void Add(IServiceCollection services, Action<DurableTaskRegistry> register)
    {
        var lease = inHand ?? TimeSpan.FromMinutes(1);
        var address = $"http://localhost:{FreePort.Find()}";
        services.AddSingleton(new AzureStorageOrchestrationService(new AzureStorageOrchestrationServiceSettings
        {
            StorageAccountClientProvider = new StorageAccountClientProvider(connectionString),
            TaskHubName = hub,
            WorkerId = $"{Guid.NewGuid():N}",
            PartitionCount = 1,
            UseAppLease = false,
            LeaseInterval = lease,
            LeaseAcquireInterval = TimeSpan.FromSeconds(1),
            LeaseRenewInterval = TimeSpan.FromSeconds(1),
            ControlQueueVisibilityTimeout = lease,
            WorkItemQueueVisibilityTimeout = lease,
            MaxQueuePollingInterval = TimeSpan.FromMilliseconds(100),
            MaxConcurrentTaskActivityWorkItems = 32,
            MaxConcurrentTaskOrchestrationWorkItems = 16,
            // As the Functions host has it.
            ThrowExceptionOnInvalidDedupeStatus = true,
        }));
        services.AddHostedService(provider => new ClientEndpoint(address, provider.GetRequiredService<AzureStorageOrchestrationService>()));
        services.AddDurableTaskWorker(worker => worker.AddTasks(register).UseBuildTarget<Worker>());
        services.AddDurableTaskClient(client => client.UseGrpc(address).RegisterDirectly());
    }

    /// <summary>What clients talk to.</summary>
    private sealed class ClientEndpoint(string address, AzureStorageOrchestrationService service) : IHostedService
    {
        private WebApplication? _app;

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await service.CreateIfNotExistsAsync();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls(address)
                .ConfigureKestrel(
                    static kestrel => kestrel.ConfigureEndpointDefaults(static listen => listen.Protocols = HttpProtocols.Http2));
            builder.Services.AddGrpc(static options => options.EnableDetailedErrors = true);
            builder.Services.Configure<TaskHubGrpcServerOptions>(static options => options.Mode = TaskHubGrpcServerMode.ApiServerOnly);
            builder.Services.AddSingleton<IOrchestrationService>(service).AddSingleton<IOrchestrationServiceClient>(service);
            builder.Services.AddSingleton<GrpcServer>();
            _app = builder.Build();
            _app.MapGrpcService<GrpcServer>();
            await _app.StartAsync(cancellationToken);
        }

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            if (_app is not null)
                await _app.DisposeAsync();
        }
    }

    /// <summary>Purges an instance by its id only once it has ended, as the Functions host does.</summary>
    private sealed class GrpcServer(
        IHostApplicationLifetime lifetime, ILoggerFactory loggers, IOrchestrationService service, IOrchestrationServiceClient client,
        IOptions<TaskHubGrpcServerOptions> options) : TaskHubGrpcServer(lifetime, loggers, service, client, options)
    {
        private readonly IOrchestrationServiceClient _client = client;

        public override async Task<P.PurgeInstancesResponse> PurgeInstances(P.PurgeInstancesRequest request, ServerCallContext context)
        {
            if (request.RequestCase == P.PurgeInstancesRequest.RequestOneofCase.InstanceId
                && await _client.GetOrchestrationStateAsync(request.InstanceId, executionId: null)
                    is { OrchestrationStatus: OrchestrationStatus.Pending or OrchestrationStatus.Running or OrchestrationStatus.Suspended })
                throw new RpcException(new Status(StatusCode.FailedPrecondition, $"The instance {request.InstanceId} has not ended."));
            return await base.PurgeInstances(request, context);
        }
    }

    /// <summary>Runs orchestrators and activities.</summary>
    private sealed class Worker : DurableTaskWorker
    {
        private readonly TaskHubWorker _worker;

        public Worker(string? name, IDurableTaskFactory factory, AzureStorageOrchestrationService service, IServiceProvider services)
            : base(name, factory) => _worker = new TaskHubWorker(
            service,
            new ByName<TaskOrchestration>(orchestration => factory.TryCreateOrchestrator(orchestration, services, out var found)
                ? DurableTaskShimFactory.Default.CreateOrchestration(orchestration, found)
                : throw new TypeMissingException(orchestration)),
            new ByName<TaskActivity>(activity => factory.TryCreateActivity(activity, services, out var found)
                ? DurableTaskShimFactory.Default.CreateActivity(activity, found)
                : throw new TypeMissingException(activity)))
            { ErrorPropagationMode = ErrorPropagationMode.UseFailureDetails };

        public override Task StartAsync(CancellationToken cancellationToken) => _worker.StartAsync();

        public override Task StopAsync(CancellationToken cancellationToken) => _worker.StopAsync();

        public override void Dispose()
        {
            _worker.Dispose();
            base.Dispose();
        }

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }

    private sealed class ByName<T>(Func<string, T> create) : INameVersionObjectManager<T>
    {
        public void Add(ObjectCreator<T> creator) => throw new NotSupportedException();

        public T GetObject(string name, string? version) => create(name);
    }
}
