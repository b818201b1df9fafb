using System.Net;
using System.Text.Json.Nodes;
using WorkflowFunctions.Tests.Infrastructure;

namespace WorkflowFunctions.Tests.EndToEnd;

/// <summary>What the end-to-end tests ask of the API besides the single calls.</summary>
public static class ApiCalls
{
    /// <summary>Saves a workflow file and starts it.</summary>
    /// <returns>The execution's id.</returns>
    public static async Task<string> StartFileAsync(
        this ApiClient client, JsonObject file, object? parameters = null, object? config = null)
    {
        var answer = await client.PostAsync(
            "/api/executions", new { template_id = await client.SaveAsync(file), @params = parameters, config });
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        return answer.Id;
    }
}
