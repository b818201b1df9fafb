using System.Text.Json;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Tests.Templating;

/// <summary>
/// What Shopify's Liquid renders, by cases of golden-liquid (github.com/jg-rp/golden-liquid, MIT licence, © James Prior), where they lie
/// beside the repository. What differs on purpose is listed in docs/workflow-format.md, "Liquid".
/// </summary>
public class GoldenLiquidTests
{
    /// <summary>Lists in a text are JSON, and what would be passed over in silence is refused.</summary>
    private static readonly string[] s_different =
    [
        "filters, sort natural, incompatible types", "filters, sort natural, left value is not an array",
        "tags, case, unexpected when token", "tags, unless, else tag expressions are ignored",
    ];

    private static readonly Lazy<IReadOnlyList<JsonElement>?> s_cases = new(Read);

    private enum Outcome
    {
        Rendered,
        Missing,
        Failed,
        Refused,
    }

    [Fact]
    public void Valid_templates_render_as_Liquid_does()
    {
        var ran = Cases(isInvalid: false).Select(one => (Case: one, Result: Run(one))).Where(run => run.Result.Outcome != Outcome.Missing)
            .ToList();
        var wrong = ran.Where(run => !Expected(run.Case).Contains(run.Result.Text)).Select(run => run.Case.GetProperty("name").GetString()!)
            .ToList();

        Assert.Equal([], wrong.Except(s_different));
        Assert.True(wrong.Count <= ran.Count * 0.05, $"{wrong.Count} of {ran.Count} differ.");
    }

    [Fact]
    public void Invalid_templates_are_refused_when_they_are_saved_or_fail_with_a_sentence()
    {
        var results = Cases(isInvalid: true).Select(Run).ToList();

        Assert.DoesNotContain(results, result => result.Outcome == Outcome.Rendered);
        Assert.True(results.Count(result => result.Outcome == Outcome.Refused) >= results.Count * 0.75);
    }

    [Fact]
    public void Nothing_shows_what_the_program_is_made_of()
    {
        foreach (var result in Cases(isInvalid: null).Select(Run))
            Assert.DoesNotMatch("(?i)exception|System\\.|Fluid|Parlot|WorkflowFunctions|StringValue|JsonElement", result.Text);
    }

    private static (Outcome Outcome, string Text) Run(JsonElement one)
    {
        var scope = new ValueScope();
        if (one.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object)
        {
            foreach (var value in data.EnumerateObject())
                scope.Set(value.Name, value.Value);
        }

        LiquidTemplate template;
        try
        {
            // With a letter before it, each template makes a text.
            template = LiquidTemplate.Parse("!" + one.GetProperty("template").GetString());
        }
        catch (LiquidSyntaxException exception)
        {
            return (Outcome.Refused, exception.Message);
        }

        try
        {
            return (Outcome.Rendered, template.Render(scope).GetString()![1..]);
        }
        catch (MissingVariableException exception)
        {
            return (Outcome.Missing, exception.Message);
        }
        catch (LiquidSyntaxException exception)
        {
            return (Outcome.Failed, exception.Message);
        }
    }

    private static IEnumerable<string?> Expected(JsonElement one) =>
        one.TryGetProperty("results", out var results)
            ? results.EnumerateArray().Select(result => result.GetString())
            : [one.GetProperty("result").GetString()];

    private static IEnumerable<JsonElement> Cases(bool? isInvalid)
    {
        Assert.SkipWhen(s_cases.Value is null, "There is no ../shared/golden-liquid/cases.json beside the repository.");
        return s_cases.Value.Where(
            one => isInvalid is null || isInvalid == (one.TryGetProperty("invalid", out var invalid) && invalid.GetBoolean()));
    }

    private static IReadOnlyList<JsonElement>? Read()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "WorkflowFunctions.slnx")))
            root = root.Parent;
        var path = Path.Combine(
            root?.FullName ?? throw new DirectoryNotFoundException("The tests do not run inside the repository."), "..", "shared",
            "golden-liquid", "cases.json");
        return File.Exists(path) ? [.. JsonElement.Parse(File.ReadAllText(path)).GetProperty("tests").EnumerateArray()] : null;
    }
}
