using System.Text.Json;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Tests.Samples;

public class SampleFileTests
{
    private static readonly string[] s_nodeTypes =
    [
        "attach_images", "condition", "default", "delay", "fail", "generate_copy", "generate_image", "http_request", "input", "merge",
        "output", "switch", "transform",
    ];

    public static TheoryData<string> Names => [.. SampleFile.All.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_reads_without_a_problem(string name)
    {
        var sample = Find(name);
        Assert.Empty(sample.Problems);
        Assert.NotNull(sample.Plan);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_says_what_it_is_and_brings_its_params(string name)
    {
        var sample = Find(name);
        foreach (var property in new[] { "name", "description", "category" })
            Assert.NotEmpty(sample.Json.GetProperty(property).GetString()!);
        Assert.NotEmpty(sample.Json.GetProperty("default_params").GetProperty("topic").GetString()!);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_names_a_default_for_every_param_that_it_needs(string name)
    {
        var sample = Find(name);
        var given = sample.Json.GetProperty("default_params").EnumerateObject().Select(param => param.Name).ToHashSet();
        var needed = sample.Nodes
            .SelectMany(node => sample.Plan![node.Id].Settings.Variables)
            .Where(read => read.Variable is { Root: "params", HasDefault: false, Member: not null })
            .Select(read => read.Variable.Member!)
            .Distinct();
        Assert.Empty(needed.Except(given));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_is_drawn_from_left_to_right_without_overlaps(string name)
    {
        var sample = Find(name);
        var boxes = sample.Json.GetProperty("nodes").EnumerateArray().Select(Box).ToList();
        for (var one = 0; one < boxes.Count; one++)
        {
            for (var other = 0; other < one; other++)
                Assert.False(boxes[one].Overlaps(boxes[other]), $"{sample.Nodes[one].Id} lies on {sample.Nodes[other].Id}");
        }

        Assert.All(sample.Edges, edge => Assert.True(
            boxes[edge.Source].Right <= boxes[edge.Target].Left,
            $"{sample.Nodes[edge.Source].Id} stands right of {sample.Nodes[edge.Target].Id}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sample_uses_several_node_types_and_begins_and_ends_as_drawn(string name)
    {
        var sample = Find(name);
        Assert.True(sample.Nodes.Select(node => node.Type).Distinct().Count() >= 4);
        Assert.Equal(1, sample.Count("input"));
        Assert.Contains(sample.Plan!.Graph.Root.Ends, end => sample.Plan.Graph[end].Type == "output");
    }

    [Fact]
    public void Together_the_samples_use_every_node_type() =>
        Assert.Empty(s_nodeTypes.Except(SampleFile.All.SelectMany(sample => sample.Nodes).Select(node => node.Type)));

    [Fact]
    public void One_sample_is_large() =>
        Assert.Contains(SampleFile.All, sample => sample.Nodes.Count >= 20);

    [Fact]
    public void One_sample_branches_both_ways_and_comes_together_again() =>
        Assert.Contains(SampleFile.All, sample => sample.Count("condition") > 0 && sample.Count("switch") > 0 && sample.Count("merge") > 1);

    [Fact]
    public void The_product_launch_attaches_generated_images_to_a_saved_document()
    {
        var launch = Find("product-launch");
        var attach = launch.Plan![launch.Nodes.Single(node => node.Type == "attach_images").Id];
        var read = attach.Reads.Select(output => launch.Plan.Graph[output.NodeId]).ToList();
        Assert.Contains(read, node => node.Type == "generate_image");
        Assert.Contains(read, node => node.Type == "generate_copy" && node.Data.TryGetProperty("save_document", out _));
    }

    [Fact]
    public void One_sample_goes_on_after_errors()
    {
        var sample = Find("publish-with-fallback");
        var requests = sample.Nodes.Where(node => node.Type == "http_request").ToList();
        Assert.Equal(["branch", "continue"], requests.Select(node => node.Data.GetProperty("on_error").GetString()!).Order());
        Assert.All(requests, node => Assert.True(node.Data.TryGetProperty("retry", out _)));
        Assert.Contains(sample.Edges, edge => edge.Branch == Frontier.ErrorBranch);
    }

    [Fact]
    public void One_sample_uses_type_for_its_renderer()
    {
        var sample = Find("weekly-newsletter");
        Assert.All(sample.Json.GetProperty("nodes").EnumerateArray(), node => Assert.NotEqual(
            node.GetProperty("type").GetString(), node.GetProperty("data").GetProperty("node_type").GetString()));
    }

    [Fact]
    public void No_sample_waits_long_by_default() =>
        Assert.All(
            SampleFile.All.Where(sample => sample.Count("delay") > 0),
            sample => Assert.InRange(sample.Json.GetProperty("default_params").GetProperty("pause_seconds").GetDouble(), 0, 1));

    private static SampleFile Find(string name) => SampleFile.All.Single(sample => sample.Name == name);

    private static (double Left, double Top, double Right, double Bottom) Box(JsonElement node)
    {
        var (position, size) = (node.GetProperty("position"), node.GetProperty("measured"));
        var (left, top) = (position.GetProperty("x").GetDouble(), position.GetProperty("y").GetDouble());
        return (left, top, left + size.GetProperty("width").GetDouble(), top + size.GetProperty("height").GetDouble());
    }
}

file static class Boxes
{
    public static bool Overlaps(
        this (double Left, double Top, double Right, double Bottom) one, (double Left, double Top, double Right, double Bottom) other) =>
        one.Left < other.Right && other.Left < one.Right && one.Top < other.Bottom && other.Top < one.Bottom;
}
