using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using WorkflowFunctions.Durable.Hosting;

namespace WorkflowFunctions.Azure.Tests.Hosting;

/// <summary>How many connections a worker has, and how many workers fit: in the code, in the Bicep and in <c>docs/azure.md</c>.</summary>
public partial class ConnectionTests
{
    /// <summary>What the server keeps for itself in Azure, and what is left to people and other applications.</summary>
    private const int NotForWorkers = 15 + 10;

    private static readonly string s_guide = Read("azure.md");
    private static readonly string s_main = Read("main.bicep");

    [Fact]
    public async Task A_worker_has_as_many_connections_as_the_Bicep_and_the_documentation_say()
    {
        var fromBicep = Find(Read("app.bicep"), "ConnectionStrings__Workflow: '(.+)'");
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("ConnectionStrings:Workflow", $"{fromBicep};Password=none")])
            .Build();
        await using var services = new ServiceCollection().AddAzureDatabase(configuration).BuildServiceProvider();
        var poolSize = new NpgsqlConnectionStringBuilder(services.GetRequiredService<NpgsqlDataSource>().ConnectionString).MaxPoolSize;

        Assert.Equal(AzureDatabase.PoolSize, poolSize);
        Assert.Equal(poolSize, Number(Find(s_main, @"Each has up to (\d+) connections to PostgreSQL")));
        Assert.Equal(poolSize, Number(Find(s_guide, @"a worker has up to (\d+) \(`Maximum Pool Size`")));
        Assert.Equal(poolSize, Number(Find(s_guide, @"the rest, by (\d+) a worker")));
    }

    [Fact]
    public void The_documentation_counts_the_workers_that_fit_each_size_and_the_default_ones_fit()
    {
        var sizes = SizeRow().Matches(s_guide).ToDictionary(
            row => row.Groups["name"].Value,
            row => (Connections: Number(row.Groups["connections"].Value), Workers: Number(row.Groups["workers"].Value)));

        Assert.Equal(6, sizes.Count);
        Assert.All(sizes.Values, row => Assert.Equal((row.Connections - NotForWorkers) / AzureDatabase.PoolSize, row.Workers));
        var size = sizes[Find(s_main, "param postgresSku string = '(.+)'")];
        Assert.InRange(Number(Find(s_main, @"param maximumInstanceCount int = (\d+)")), 1, size.Workers);
    }

    private static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, name));

    private static string Find(string text, string pattern) => Regex.Match(text, pattern) is { Success: true } match
        ? match.Groups[1].Value
        : throw new InvalidOperationException($"{pattern} is not there.");

    private static int Number(string text) => int.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^ *\| (?<name>Standard_\w+)[^|]*\| (?<connections>[\d,]+) \| (?<workers>\d+) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex SizeRow();
}
