using System.Reflection;
using System.Text.RegularExpressions;

namespace WorkflowFunctions.Tests.Hostile;

/// <summary>The table of threats in docs/security.md names tests that there are.</summary>
public partial class ThreatTableTests
{
    /// <summary>What is no test, but is run by every build.</summary>
    private static readonly string[] s_scripts = [".ci/run"];

    [Fact]
    public async Task Every_threat_has_a_defence_and_a_test_that_there_is()
    {
        var threats = await ThreatsAsync();

        Assert.NotEmpty(threats);
        Assert.All(threats, threat =>
        {
            Assert.NotEmpty(threat.Defence);
            var names = Code().Matches(threat.Tests).Select(match => match.Groups[1].Value).ToList();
            Assert.NotEmpty(names);
            Type? last = null;
            foreach (var name in names.Where(name => !s_scripts.Contains(name)))
                last = Find(name, last);
        });
    }

    /// <summary>
    /// Finds what a cell names: a class, with or without its folder, a method of it by its beginning, or one of the class named before.
    /// </summary>
    private static Type Find(string name, Type? last)
    {
        var match = Name().Match(name);
        Assert.True(match.Success, $"'{name}' does not look like the name of a test.");
        var type = last;
        if (match.Groups["type"] is { Success: true, Value: var typeName })
        {
            type = Assert.Single(typeof(ThreatTableTests).Assembly.GetTypes(), type => type.Name == typeName);
            if (match.Groups["folder"] is { Success: true, Value: var folder })
                Assert.Equal(folder, type.Namespace!.Split('.')[^1]);
        }

        Assert.True(type is not null, $"'{name}' belongs to no class.");
        if (match.Groups["method"] is { Success: true, Value: var method })
            Assert.Contains(
                TestsOf(type), test => match.Groups["more"].Success ? test.StartsWith(method, StringComparison.Ordinal) : test == method);
        else
            Assert.NotEmpty(TestsOf(type));
        return type;
    }

    private static IEnumerable<string> TestsOf(Type type) =>
        type.GetMethods().Where(method => method.GetCustomAttributes().Any(attribute => attribute is FactAttribute))
            .Select(method => method.Name);

    private static async Task<IReadOnlyList<(string Threat, string Defence, string Tests)>> ThreatsAsync()
    {
        using var reader = new StreamReader(typeof(ThreatTableTests).Assembly.GetManifestResourceStream("security.md")!);
        var lines = (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n');
        return
        [
            .. lines.SkipWhile(line => line != "## Threats").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
                .Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)
                .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
                .Select(cells => (cells[1], cells[2], cells[3])),
        ];
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(
        "^(?:(?:(?<folder>[A-Z][A-Za-z]+)/)?(?<type>[A-Z][A-Za-z]+Tests)(?:\\.|$))?(?<method>[A-Z][A-Za-z0-9_]*?)?(?<more>…)?$")]
    private static partial Regex Name();
}
