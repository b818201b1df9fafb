using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;

namespace WorkflowFunctions.Azure.Tests.Hosting;

/// <summary>The settings of a first start: copied as they are, they have to reach what the compose file starts.</summary>
public partial class LocalSettingsTests
{
    private static readonly Dictionary<string, string?> s_settings = ReadSample();
    private static readonly string s_compose = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "compose.yaml"));

    [Fact]
    public void The_connection_string_is_that_of_the_PostgreSQL_of_the_compose_file()
    {
        var connection = new NpgsqlConnectionStringBuilder(s_settings[$"ConnectionStrings__{WorkflowServices.ConnectionName}"]);

        Assert.Equal(Environment("POSTGRES_DB"), connection.Database);
        Assert.Equal(Environment("POSTGRES_PASSWORD"), connection.Password);
        Assert.Equal("postgres", connection.Username);
        Assert.Contains((connection.Port, 5432), Ports());
    }

    [Fact]
    public void The_storage_is_at_the_ports_of_Azurite_that_the_compose_file_opens()
    {
        Assert.Equal("UseDevelopmentStorage=true", s_settings["AzureWebJobsStorage"]);
        Assert.Superset(new HashSet<(int, int)> { (10000, 10000), (10001, 10001), (10002, 10002) }, Ports());
    }

    [Fact]
    public void The_host_starts_the_app_in_a_process_of_its_own() =>
        Assert.Equal("dotnet-isolated", s_settings["FUNCTIONS_WORKER_RUNTIME"]);

    private static Dictionary<string, string?> ReadSample()
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "local.settings.sample.json")));
        return sample.RootElement.GetProperty("Values").EnumerateObject()
            .ToDictionary(setting => setting.Name, setting => setting.Value.GetString());
    }

    private static string Environment(string name) => Regex.Match(s_compose, $@"\b{name}: *(\S+)").Groups[1].Value;

    /// <summary>The ports of this machine, each with the container's that it leads to.</summary>
    private static HashSet<(int Machine, int Container)> Ports() =>
        [.. PublishedPort().Matches(s_compose).Select(port => (int.Parse(port.Groups[1].Value), int.Parse(port.Groups[2].Value)))];

    [GeneratedRegex(@"127\.0\.0\.1:(\d+):(\d+)")]
    private static partial Regex PublishedPort();
}
