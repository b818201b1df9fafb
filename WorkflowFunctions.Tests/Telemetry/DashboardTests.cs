using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using WorkflowFunctions.Telemetry;

namespace WorkflowFunctions.Tests.Telemetry;

/// <summary>The dashboard and the alert rules ask for figures that there are.</summary>
public partial class DashboardTests
{
    /// <summary>Labels begin like figures, and are none.</summary>
    private static readonly string[] s_labels = ["workflow_status", "workflow_outcome", "workflow_node_type", "workflow_reason"];

    [Theory]
    [InlineData("workflows.json")]
    [InlineData("workflow-alerts.yaml")]
    public async Task Every_figure_that_is_asked_for_is_measured(string file)
    {
        var measured = Measured();
        var asked = Names().Matches(await ReadAsync(file)).Select(match => match.Value).Distinct().Except(s_labels).ToList();

        Assert.NotEmpty(asked);
        Assert.All(asked, name => Assert.Contains(name, measured));
    }

    [Fact]
    public async Task Every_figure_is_on_the_dashboard()
    {
        var asked = Names().Matches(await ReadAsync("workflows.json")).Select(match => Base(match.Value)).ToHashSet();

        Assert.Empty(Measured().Select(Base).Except(asked));
    }

    [Fact]
    public async Task The_dashboard_has_no_panel_twice_and_none_without_a_question()
    {
        var panels = JsonElement.Parse(await ReadAsync("workflows.json")).GetProperty("panels").EnumerateArray()
            .Where(panel => panel.GetProperty("type").GetString() != "row").ToList();

        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(
            panels,
            panel =>
                Assert.All(
                    panel.GetProperty("targets").EnumerateArray(), target => Assert.NotEmpty(target.GetProperty("expr").GetString()!)));
    }

    [GeneratedRegex(@"\bworkflow_[a-z_]+\b")]
    private static partial Regex Names();

    private static Task<string> ReadAsync(string file) =>
        File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "infra", file), TestContext.Current.CancellationToken);

    private static string Base(string name) => Suffix().Replace(name, "");

    [GeneratedRegex("_(bucket|sum|count|total)$")]
    private static partial Regex Suffix();

    /// <summary>
    /// The series of the meter, by the names that Prometheus gives them (OpenTelemetry, "Prometheus and OpenMetrics compatibility").
    /// </summary>
    private static HashSet<string> Measured()
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton<WorkflowMetrics>().BuildServiceProvider();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var host = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Scope == host)
                    names.UnionWith(SeriesOf(instrument));
            },
        };
        listener.Start();
        services.GetRequiredService<WorkflowMetrics>();
        return names;
    }

    private static IEnumerable<string> SeriesOf(Instrument instrument)
    {
        // Units in braces are words for people; seconds are spelled out.
        var name = instrument.Name.Replace('.', '_') + (instrument.Unit == "s" ? "_seconds" : "");
        return instrument switch
        {
            Counter<long> or Counter<double> => [name + "_total"],
            Histogram<long> or Histogram<double> => [name + "_bucket", name + "_sum", name + "_count"],
            _ => [name],
        };
    }
}
