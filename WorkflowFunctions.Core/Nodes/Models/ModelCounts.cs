using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Nodes.Models;

/// <summary>Counts what models take, also where their answers were of no use.</summary>
internal static class ModelCounts
{
    public static async Task<T> CountAsync<T>(this WorkflowMetrics metrics, string model, Func<Task<T>> call, Func<T, ModelUsage> usageOf)
    {
        try
        {
            var answer = await call().ConfigureAwait(false);
            Count(usageOf(answer));
            return answer;
        }
        catch (ModelException failure)
        {
            Count(failure.Used);
            throw;
        }

        void Count(ModelUsage used) => metrics.Used(model, used.InputTokens, used.OutputTokens, used.CostUsd);
    }
}
