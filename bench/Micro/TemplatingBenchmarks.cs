using System.Text.Json;
using BenchmarkDotNet.Attributes;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Bench.Micro;

/// <summary>Liquid: parsing a template, and rendering one that is parsed.</summary>
[MemoryDiagnoser]
public class TemplatingBenchmarks
{
    private readonly string _text =
        "Hello {{ params.name | capitalize }}, {% for item in nodes.list.items %}{{ forloop.index }}: {{ item.title }} ({{ item.price | "
            + "times: 1.2 | round: 2 }}) {% endfor %}";

    private readonly JsonElement _params = JsonSerializer.SerializeToElement(new { name = "ada" });

    private readonly JsonElement _list = JsonSerializer.SerializeToElement(
        new { items = Enumerable.Range(0, 10).Select(i => new { title = $"item {i}", price = i * 1.5 }) });

    private LiquidTemplate _template = null!;

    /// <summary>Parses the template that is rendered.</summary>
    [GlobalSetup]
    public void Setup() => _template = LiquidTemplate.Parse(_text);

    /// <summary>Parses a template of one line with a loop.</summary>
    [Benchmark]
    public object Parse() => LiquidTemplate.Parse(_text);

    /// <summary>Renders it over ten items, with values that no template has looked into before.</summary>
    [Benchmark]
    public object Render() => _template.Render(new ValueScope().Set("params", _params).SetNode("list", _list));
}
