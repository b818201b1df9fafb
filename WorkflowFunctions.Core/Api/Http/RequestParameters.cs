using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Primitives;

namespace WorkflowFunctions.Api.Http;

/// <summary>Checks what requests carry besides their body.</summary>
internal static class RequestParameters
{
    private static readonly string[] s_headers = ["Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID"];

    /// <summary>
    /// Refuses text that PostgreSQL cannot store, in the path, the query or a header, and values of parameters that are outside
    /// of their <see cref="RangeAttribute"/>.
    /// </summary>
    public static TBuilder CheckRequests<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.AddEndpointFilterFactory(static (factory, next) =>
    {
        var ranges = factory.MethodInfo.GetParameters()
            .Select(static (parameter, index) => (parameter, index, range: parameter.GetCustomAttribute<RangeAttribute>()))
            .Where(static checkedParameter => checkedParameter.range is not null)
            .ToArray();
        return invocation =>
        {
            CheckText(invocation.HttpContext.Request);
            foreach (var (parameter, index, range) in ranges)
            {
                if (!range!.IsValid(invocation.Arguments[index]))
                    throw ApiException.BadParameter(parameter.Name!, $"{invocation.Arguments[index]} is out of bounds.", Describe(range));
            }

            return next(invocation);
        };
    });

    /// <summary>Says which parameter of the query has a value that is not of its type; null if it is none.</summary>
    public static ApiProblem? ExplainFailure(HttpContext context)
    {
        foreach (var parameter in context.GetEndpoint()?.Metadata.GetOrderedMetadata<IParameterBindingMetadata>() ?? [])
        {
            var given = context.Request.Query[parameter.Name];
            if (!parameter.HasTryParse || StringValues.IsNullOrEmpty(given) || long.TryParse(given.ToString(), CultureInfo.InvariantCulture, out _))
                continue;
            var range = parameter.ParameterInfo.GetCustomAttribute<RangeAttribute>();
            return ApiException.BadParameter(parameter.Name, $"'{given}' is not one.", range is null ? "a whole number" : Describe(range)).Problem;
        }

        return null;
    }

    private static string Describe(RangeAttribute range) =>
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {range.Minimum} to {range.Maximum}");

    private static void CheckText(HttpRequest request)
    {
        Check("path", request.Path.Value);
        foreach (var (name, values) in request.Query)
            Check(name, name + values);
        foreach (var name in s_headers)
            Check(name, request.Headers[name]);
    }

    private static void Check(string place, string? text)
    {
        if (text is null)
            return;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text, i++))))
                throw ApiException.BadParameter(Printable(place), "The text holds a NUL character or half of a surrogate pair.", "text that PostgreSQL can store");
        }
    }

    private static string Printable(string place) => string.Concat(place.Where(character => character != '\0' && !char.IsSurrogate(character)));
}
