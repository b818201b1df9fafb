using System.CommandLine;
using System.Net;

namespace WorkflowFunctions.Local.Commands;

/// <summary><c>health</c>: whether the server in the same container answers, where there is neither a shell nor curl.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    public static Command Create()
    {
        var url = new Option<string>("--url")
        {
            Description = "Where the server listens.",
            DefaultValueFactory = _ =>
                $"http://localhost:{Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS")?.Split(';')[0] ?? "5000"}",
        };
        var command = new Command("health", "Says by its exit code whether a server on this machine is alive.") { url };
        command.SetAction((result, cancellationToken) => CheckAsync(result.GetValue(url)!, cancellationToken));
        return command;
    }

    private static async Task<int> CheckAsync(string url, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = s_patience };
        try
        {
            using var response = await client.GetAsync(new Uri(new Uri(url), "/api/health/live"), cancellationToken);
            return response.StatusCode == HttpStatusCode.OK ? 0 : 1;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            await Console.Error.WriteLineAsync($"{url} does not answer: {exception.Message}");
            return 1;
        }
    }
}
