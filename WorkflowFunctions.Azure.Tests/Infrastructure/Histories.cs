using Microsoft.DurableTask;
using Microsoft.DurableTask.Testing;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Azure.Tests.Infrastructure;

/// <summary>Where Durable Task keeps its histories in a test, and what runs them there.</summary>
public abstract class Histories
{
    /// <summary>In memory, in the official test host. They are lost with the app.</summary>
    public static Histories InMemory { get; } = new MemoryHistories();

    /// <summary>Adds a worker that runs what is registered, and a client.</summary>
    public abstract void Add(IServiceCollection services, Action<DurableTaskRegistry> register);

    private sealed class MemoryHistories : Histories
    {
        public override void Add(IServiceCollection services, Action<DurableTaskRegistry> register) =>
            services.AddInMemoryDurableTask(register, new InMemoryDurableTaskOptions { Port = FreePort.Find() });
    }
}
