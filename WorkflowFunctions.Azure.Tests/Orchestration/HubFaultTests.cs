using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.DurableTask.Client.Grpc;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Azure.Tests.Infrastructure;
using WorkflowFunctions.Tests.EndToEnd;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Orchestration;

/// <summary>Calls that the task hub does not carry out, as the Functions host says so.</summary>
public class HubFaultTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(StatusCode.Internal)]
    [InlineData(StatusCode.Unknown)]
    [InlineData(StatusCode.Unavailable)]
    public async Task A_start_that_fails_by_what_passes_is_tried_again(StatusCode status)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await StartAsync(database, "StartInstance", status, times: 2);

        var id = await app.Client.StartAsync(await app.Client.SaveAsync(TestWorkflows.Greeting()), new { topic = "tea" });

        Assert.Equal("completed", (await app.Client.RestAsync(id)).State);
    }

    [Fact]
    public async Task A_start_that_the_hub_refuses_is_accepted_and_found_by_the_sweep()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await StartAsync(database, "StartInstance", StatusCode.ResourceExhausted, times: 1, sweeps: true);
        var id = await app.Client.StartAsync(await app.Client.SaveAsync(TestWorkflows.Greeting()), new { topic = "tea" });

        Assert.Equal("completed", (await app.Client.RestAsync(id)).State);
    }

    [Theory]
    [InlineData(StatusCode.FailedPrecondition)]
    [InlineData(StatusCode.NotFound)]
    [InlineData(StatusCode.Unknown)]
    public async Task A_signal_that_the_hub_does_not_take_is_accepted_and_raised_by_the_sweep(StatusCode status)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await StartAsync(database, "RaiseEvent", status, times: 1, sweeps: true);
        var drawing = new Drawing("Waits").Node("wait", "wait_for_signal", new { signal = "go" });
        var id = await app.Client.StartAsync(await app.Client.SaveAsync(drawing.ToFile()));
        await app.Client.UntilAsync(id, "wait", "waiting");

        Assert.Equal(HttpStatusCode.Accepted, (await app.Client.PostAsync($"/api/executions/{id}/signals/go")).Status);

        Assert.Equal("completed", (await app.Client.RestAsync(id)).State);
    }

    private static Task<FunctionsApp> StartAsync(TestDatabase database, string method, StatusCode status, int times, bool sweeps = false) =>
        FunctionsApp.StartAsync(
            database,
            configure: services => services.PostConfigureAll<GrpcDurableTaskClientOptions>(options =>
                options.CallInvoker = GrpcChannel.ForAddress(options.Address!).Intercept(new FaultyHub(method, status, times))),
            sweepInterval: sweeps ? TimeSpan.FromSeconds(1) : null);

    private sealed class FaultyHub(string method, StatusCode status, int times) : Interceptor
    {
        private int _left = times;

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation) =>
            context.Method.Name == method && Interlocked.Decrement(ref _left) >= 0
                ? throw new RpcException(new Status(status, "The test says so."))
                : continuation(request, context);
    }
}
